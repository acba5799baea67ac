#!/usr/bin/env python3
"""A lint that finds nothing proves nothing: each must find the mistakes planted here and leave the sound lines alone."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent

# lint, file, text, what must be said about it (None: silence)
CASES = [
    ("layers", "daemon/process/src/a.cpp", '#include "sedlink/store/store.hpp"\n', "may not include sedlink/store/"),
    ("layers", "daemon/process/src/a.cpp", "#include <boost/asio/awaitable.hpp>\n", "may not use <boost/asio/awaitable.hpp>"),
    ("layers", "mapping/src/a.cpp", "#include <unistd.h>\n", "may not use <unistd.h>"),
    ("layers", "adapters/bitrix24/src/a.cpp", '#include "sedlink/onec_docflow/adapter.hpp"\n', "may not include"),
    ("layers", "adapters/bitrix24/src/a.cpp", '#include "sedlink/engine/engine.hpp"\n', "may not include"),
    ("layers", "daemon/engine/src/a.cpp", '#include "sedlink/bitrix24/adapter.hpp"\n', "may not include"),
    ("layers", "daemon/engine/src/a.cpp", "#include <boost/beast/http.hpp>\n", "may not use"),
    ("layers", "simulators/bitrix24/src/a.cpp", '#include "sedlink/bitrix24/settings.hpp"\n', "may not include"),
    ("layers", "daemon/core/src/a.cpp", '#include "../../net/src/x.hpp"\n', "climbs out"),
    ("layers", "daemon/core/src/a.cpp", '#include "gone.hpp"\n', "is no file of"),
    ("layers", "daemon/core/src/a.cpp", "#include <gtest/gtest.h>\n", "may not use <gtest/gtest.h>"),
    ("layers", "elsewhere/a.cpp", "int x;\n", "belongs to no module"),
    ("layers", "daemon/core/src/a.cpp", '#include <vector>\n// #include "sedlink/web/x.hpp"\n#include "sedlink/core/x.hpp"\n', None),
    ("layers", "daemon/app/src/a.cpp", '#include "sedlink/bitrix24/factory.hpp"\n#include <CLI/CLI.hpp>\n', None),
    ("vendor_words", "daemon/core/src/a.cpp", "// as 1C writes it\n", "vendor word «1C»"),
    ("vendor_words", "daemon/store/src/a.cpp", "int bitrix_id;\n", "vendor word «bitrix»"),
    ("vendor_words", "mapping/src/a.cpp", "auto kind = onec_kind();\n", "vendor word «onec»"),
    ("vendor_words", "daemon/engine/src/a.cpp", "// 1С:Документооборот\n", "vendor word «1С»"),
    ("vendor_words", "daemon/core/src/a.cpp", 'int x = 0x1c; auto s = "a1c2 1c4 31c";\n', None),
    ("vendor_words", "mapping/examples/a.yaml", "edms: 1c_docflow\n", None),
    ("vendor_words", "adapters/bitrix24/src/a.cpp", "// Bitrix24\n", None),
    ("headers", "daemon/store/include/sedlink/store/a.hpp", "#pragma once\n#include <soci/soci.h>\n", "shows soci"),
    ("headers", "daemon/net/include/sedlink/net/a.hpp", "#pragma once\n#include <boost/beast/http.hpp>\n", "shows boost/beast"),
    ("headers", "daemon/net/include/sedlink/net/a.hpp", "int x;\n", "#pragma once"),
    ("headers", "daemon/net/src/a.hpp", "#include <boost/beast/http.hpp>\n", None),
    ("coroutines", "daemon/net/src/a.cpp", 'void f() { co_await g(Draft{"x"}); }\n', "braced temporary"),
    ("coroutines", "daemon/net/src/a.cpp", "auto f() { auto r = co_await g({1, 2}); }\n", "braced temporary"),
    ("coroutines", "daemon/net/src/a.cpp", "auto f() { co_return Draft{co_await g()}; }\n", "inside a braced temporary"),
    ("coroutines", "daemon/net/src/a.cpp", "auto f() { co_await g([x] { return x; }); }\n", "lambda that captures"),
    ("coroutines", "daemon/net/src/a.cpp", "auto f() { co_await g([this, y = 1](int) mutable { return y; }); }\n", "lambda that captures"),
    ("coroutines", "daemon/net/src/a.cpp", "auto f() { if (auto r = co_await g(A{b}); !r) { return; } }\n", "braced temporary"),
    ("coroutines", "daemon/net/src/a.cpp",
     "Task<int> f(std::vector<int> v) {\n  Draft d{1, 2};\n  auto r = co_await g(d, v[0], [](int x) { return x; }, [&] { use(); });\n"
     "  if (co_await h()) { Draft e{3}; }\n  for (;;) {\n    const auto s = co_await h();\n  }\n"
     "  auto l = [x = 1]() -> Task<int> { co_return co_await h(); };\n  // co_await g(Draft{});\n  co_return Draft{4};\n}\n", None),
    ("words", "daemon/core/src/a.cpp", "// TO" + "DO later\n", "finish it"),
    ("words", "docs/a.md", "see /wo" + "rk/main\n", "a path of one machine"),
    ("words", "tests/net/a.cpp", "std::this_thread::sleep_for(1s);\n", "a test sleeps"),
    ("words", "daemon/core/src/a.cpp", "int x;\n" * 401, "split it"),
    ("words", "daemon/core/src/a.cpp", "// Over 400 lines: a table\n" + "int x;\n" * 401, None),
    ("words", "tests/net/a.cpp", '// never sleep_for\nauto s = "XXXXXX"; bool asleep(int);\n', None),
    ("test_names", "docs/a.md", "| trap | test |\n|---|---|\n| 1 | `Suite.is_gone` |\n", "no test is called Suite.is_gone"),
    ("test_names", "docs/a.md", "| trap | test | verdict |\n|---|---|---|\n| 1 | – | met |\n", "a row without a test"),
    ("test_names", "docs/a.md", "| trap | test | verdict |\n|---|---|---|\n| 1 | – | n/a: never called |\n", None),
    ("format", "daemon/core/src/a.cpp", "int   x ;\n", "run scripts/format"),
    ("format", "daemon/core/src/a.cpp", "int x;\n", None),
]


def main():
    failed = 0
    for lint, name, text, expected in CASES:
        with tempfile.TemporaryDirectory() as directory:
            root = pathlib.Path(directory)
            (root / name).parent.mkdir(parents=True)
            (root / name).write_text(text, encoding="utf-8")
            (root / ".clang-format").write_text((HERE.parent.parent / ".clang-format").read_text())
            done = subprocess.run([sys.executable, str(HERE / f"{lint}.py"), str(root)], capture_output=True, text=True)
            wanted = 0 if expected is None else 1
            said = expected is None or (f"{name}:" in done.stdout and expected in done.stdout)
            if done.returncode != wanted or not said:
                failed += 1
                print(f"tests/lint/{lint}.py:1: on {text!r} in {name}: wanted {expected!r}, exit {wanted}; got exit "
                      f"{done.returncode}:\n{done.stdout}{done.stderr}")
    print(f"{len(CASES)} planted cases, {failed} missed")
    sys.exit(1 if failed else 0)


main()
