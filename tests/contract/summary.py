#!/usr/bin/env python3
"""Puts the results of all variants side by side: summary.py DIR VARIANT…

Fails when a variant left no result, when variants ran different sets of cases, when a case failed, and when a case was
skipped, or met by samples only ("every 5"), by every variant: such a case tests nothing, or not enough.
"""
import pathlib
import sys
import tempfile


def read(path):
    rows = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, result, trials, _, reason = line.split("\t")
        rows[name] = (result, int(trials), reason)
    return rows


def merge(directory, variants):
    """The table as lines, and what is wrong."""
    problems, results = [], {}
    for variant in variants:
        path = directory / f"{variant}.tsv"
        if path.is_file():
            results[variant] = read(path)
        else:
            problems.append(f"{variant}: no result; its test did not run")
    cases = sorted(set().union(*results.values())) if results else []
    if not cases:
        problems.append("no case was run at all")
    lines = ["case\t" + "\t".join(results)]
    for case in cases:
        cells = []
        for variant, rows in results.items():
            result, trials, reason = rows.get(case, ("missing", 0, ""))
            if result in ("missing", "failed"):
                problems.append(f"{variant}: {case} {result}")
            cells.append(f"{result} ({trials}{', ' + reason if reason else ''})" if result == "run" else f"{result}: {reason}" if reason else result)
        if all(rows.get(case, ("",))[0] == "skipped" for rows in results.values()):
            problems.append(f"{case}: skipped by every variant")
        run = [rows[case] for rows in results.values() if rows.get(case, ("",))[0] == "run"]
        if run and all(reason.startswith("every ") for _, _, reason in run):
            problems.append(f"{case}: sampled by every variant that runs it")
        lines.append(case + "\t" + "\t".join(cells))
    return lines, problems


def selftest():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        write = lambda variant, text: (directory / f"{variant}.tsv").write_text(text, encoding="utf-8")
        write("a", "one\trun\t1\t5\t\ntwo\tskipped\t0\t0\tcancel\n")
        write("b", "one\trun\t1\t5\t\ntwo\trun\t3\t5\t\n")
        assert merge(directory, ["a", "b"])[1] == []
        assert merge(directory, ["a"])[1] == ["two: skipped by every variant"]
        assert merge(directory, ["a", "b", "c"])[1] == ["c: no result; its test did not run"]
        write("c", "one\tfailed\t1\t5\t\n")
        assert merge(directory, ["a", "b", "c"])[1] == ["c: one failed", "c: two missing"]
        assert merge(directory, [])[1] == ["no case was run at all"]
        write("d", "one\trun\t1\t5\tevery 5\ntwo\trun\t1\t5\tevery 5\n")
        assert merge(directory, ["a", "d"])[1] == ["two: sampled by every variant that runs it"]


def main():
    if sys.argv[1:] == ["--selftest"]:
        selftest()
        return
    lines, problems = merge(pathlib.Path(sys.argv[1]), sys.argv[2:])
    widths = [max(len(line.split("\t")[i]) for line in lines) for i in range(len(lines[0].split("\t")))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line.split("\t"), widths)).rstrip())
    for problem in problems:
        print(f"PROBLEM: {problem}")
    sys.exit(1 if problems else 0)


main()
