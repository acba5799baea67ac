"""A stand: the two simulators and the daemon as real processes on loopback. Used by the demo and the integration tests."""
import base64
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def eventually(condition, seconds, what, step=0.1):
    """Waits for a truthy value; the deadline is an error that says what was awaited."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(step)  # between looks; what is awaited is the condition


class Http:
    def __init__(self, base):
        self.base = base.rstrip("/")
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method, path, body=None, headers=None, timeout=30):
        url = path if path.startswith("http") else self.base + path
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers=headers or {"Content-Type": "application/json"})
        request.add_header("User-Agent", "sedlink-stand/1")
        try:
            with self.opener.open(request, timeout=timeout) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, method, path, body=None):
        status, data = self.call(method, path, body)
        if status >= 400:
            raise AssertionError(f"{method} {path}: {status} {data[:400].decode(errors='replace')}")
        return json.loads(data) if data else None


class Simulator(Http):
    def __init__(self, binary, kind, folder, scenario, record=None, seed=1, extra=()):
        self.kind = kind
        self.log = open(os.path.join(folder, f"sim-{kind}.log"), "ab")
        command = [binary, kind, "--listen", "127.0.0.1:0", "--scenario", scenario, "--seed", str(seed), *extra]
        if record:
            command += ["--record", record]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"simulator {kind} did not start; see {self.log.name}")
        hello = json.loads(line)
        self.hello = hello
        url = hello.get("url") or f"http://{hello.get('address', '127.0.0.1')}:{hello['port']}"
        super().__init__(url)

    def state(self):
        return self.json("GET", "/_sim/state")

    def act(self, **act):
        return self.json("POST", "/_sim/act", act)

    def fault(self, **fault):
        return self.json("POST", "/_sim/fault", fault)

    def no_faults(self):
        return self.json("DELETE", "/_sim/fault")

    def subscribe(self, url, events, token):
        return self.json("POST", "/_sim/subscribe", {"url": url, "events": events, "token": token})

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Stand:
    """`bin` holds sedlink and sedlink-sim. Everything lives below `folder`. `directum`: (scenario, edition, with the module?)."""

    events = ["ONCRMDYNAMICITEMADD", "ONCRMDYNAMICITEMUPDATE", "ONCRMDYNAMICITEMDELETE", "ONCRMDEALADD", "ONCRMDEALUPDATE",
              "ONCRMDEALDELETE"]

    def __init__(self, bin_folder, folder, mappings, crm_scenario, edms_scenario, record=None, seed=1, engine=None, settings=None,
                 edition="2.1", second_edition=None, directum=None):
        self.bin = bin_folder
        self.folder = os.path.abspath(folder)
        os.makedirs(self.folder, exist_ok=True)
        self.mappings = [os.path.abspath(m) for m in mappings]
        self.engine = engine or {}
        self.settings = settings or {}
        self.daemon = None
        self.port = free_port()
        sim = os.path.join(bin_folder, "sedlink-sim")
        self.crm = Simulator(sim, "bitrix24", self.folder, crm_scenario,
                             record and os.path.join(record, "bitrix24"), seed)
        self.edms = self.second = self.rx = None
        try:
            self.edms = Simulator(sim, "onec-docflow", self.folder, edms_scenario,
                                  record and os.path.join(record, f"onec-docflow-{edition}"), seed, extra=["--edition", edition])
            self.second = second_edition and Simulator(sim, "onec-docflow", self.folder, edms_scenario,
                                                       record and os.path.join(record, f"onec-docflow-{second_edition}"), seed,
                                                       extra=["--edition", second_edition])
            if directum:
                scenario, rx_edition, module = directum
                self.rx = Simulator(sim, "directum", self.folder, scenario, record and os.path.join(record, "directum"), seed,
                                    extra=["--edition", rx_edition] + (["--module"] if module else []))
        except BaseException:
            self.stop_simulators()
            raise
        self.write_config()

    def write_trust(self, name, simulator):
        """The authority of the imitated people and its list of the revoked, as files; the list is written anew each time."""
        folder = os.path.join(self.folder, "trust")
        os.makedirs(folder, exist_ok=True)
        signing = simulator.state()["signing"]
        paths = [os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.crl")]
        for path, text in zip(paths, (signing["authority"], signing["crl"])):
            with open(path + ".new", "w", encoding="ascii") as f:
                f.write(text)
            os.replace(path + ".new", path)
        return paths

    def trust_lines(self):
        """settings["trust"][NAME]: more of that entry, "certificates" being further files; None: nobody is trusted there;
        a text: an entry of the test's own."""
        lines = []
        for name, simulator in (("docflow", self.edms), ("docflow3", self.second), ("directum", self.rx)):
            more = dict(self.settings.get("trust", {}).get(name, {}) or {})
            if not simulator or self.settings.get("trust", {}).get(name, {}) is None:
                continue
            authority, crl = self.write_trust(name, simulator)
            files = [authority, *more.pop("certificates", [])]
            crls = [crl, *more.pop("crls", [])]
            lines += [f"  {name}:", f"    certificates: [ {', '.join(files)} ]", f"    crls: [ {', '.join(crls)} ]",
                      *[f"    {k}: {v}" for k, v in more.items()]]
            self.settings.setdefault(name, {}).setdefault("signatures", name)
        lines += [f"  {name}: {text}" for name, text in self.settings.get("trust", {}).items() if isinstance(text, str)]
        return ["trust:", *lines] if lines else []

    def write_config(self):
        crm = self.crm.state()["access"]
        edms = self.edms.state()["access"]
        secrets = os.path.join(self.folder, "secrets")
        os.makedirs(secrets, exist_ok=True)
        known = [("webhook", crm["webhook_url"]), ("event-token", crm["event_token"]), ("password", edms["password"])]
        if self.rx:
            known.append(("rx-password", self.rx.state()["access"]["password"]))
        for name, value in known:
            path = os.path.join(secrets, name)
            with open(path, "w", encoding="utf-8") as f:
                f.write(value + "\n")
            os.chmod(path, 0o600)
        engine = {"poll_active": "1s", "poll_quiet": "2s", "sweep": "5s", "retry_first": "300ms", "retry_max": "5s", "stop": "10s"}
        engine.update(self.engine)
        extra = self.settings
        trust = self.trust_lines()
        lines = ["instance: demo", f"listen: {{ address: 127.0.0.1, port: {self.port} }}",
                 f"admin_socket: {self.folder}/admin.sock", f"store: {{ sqlite: {self.folder}/sedlink.db }}",
                 "mappings:", *[f"  - {m}" for m in self.mappings], "engine:", *[f"  {k}: {v}" for k, v in engine.items()],
                 *trust, "connections:", "  portal:", "    type: bitrix24", f"    webhook_url: file:{secrets}/webhook",
                 f"    event_token: file:{secrets}/event-token", *[f"    {k}: {v}" for k, v in extra.get("portal", {}).items()],
                 *self.edms_lines("docflow", self.edms, secrets),
                 *(self.edms_lines("docflow3", self.second, secrets) if self.second else []),
                 *(self.directum_lines("directum", self.rx, secrets) if self.rx else []),
                 *[f"  {name}: {value}" for name, value in extra.get("connections", {}).items()],
                 *[f"{k}: {v}" for k, v in extra.get("top", {}).items()], ""]
        self.config = os.path.join(self.folder, "sedlink.yaml")
        with open(self.config, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))

    def edms_lines(self, name, simulator, secrets):
        access = simulator.state()["access"]
        return [f"  {name}:", "    type: 1c_docflow", f"    url: {access['base_url']}", "    time_zone: Europe/Moscow",
                f"    user: {access['user']}", f"    password: file:{secrets}/password", f"    database_id: {access['database_id']}",
                *[f"    {k}: {v}" for k, v in self.settings.get(name, {}).items()]]

    def directum_lines(self, name, simulator, secrets):
        access = simulator.state()["access"]
        return [f"  {name}:", "    type: directum", f"    url: {access['base_url']}", f"    user: {access['user']}",
                f"    password: file:{secrets}/rx-password", *[f"    {k}: {v}" for k, v in self.settings.get(name, {}).items()]]

    @property
    def categories(self):
        """Pipelines of the demo's smart process whose EDMS is there."""
        return [10, 12] + ([14] if self.second else []) + ([16] if self.rx else [])

    def stop_simulators(self):
        for simulator in (self.crm, self.edms, self.second, self.rx):
            if simulator is not None:
                simulator.stop()

    def start_daemon(self, subscribe=True):
        self.daemon_log = open(os.path.join(self.folder, "sedlink.log"), "ab")
        self.daemon = subprocess.Popen([os.path.join(self.bin, "sedlink"), "run", "-c", self.config],
                                       stdout=self.daemon_log, stderr=self.daemon_log)
        http = self.http = Http(f"http://127.0.0.1:{self.port}")

        def up():
            if self.daemon.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.daemon.returncode}; see {self.daemon_log.name}")
            try:
                return http.call("GET", "/healthz", timeout=2)[0] == 200
            except OSError:
                return False

        eventually(up, 30, "the daemon answers /healthz", 0.05)
        if subscribe:
            self.crm.subscribe(f"http://127.0.0.1:{self.port}/hooks/portal/", self.events,
                               self.crm.state()["access"]["event_token"])

    def peak_memory(self, process=None):
        """VmHWM in bytes, of the daemon by default."""
        with open(f"/proc/{(process or self.daemon).pid}/status", encoding="ascii") as f:
            return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM:"))

    def kill_daemon(self):
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        self.daemon_log.close()

    def stop_daemon(self, seconds=30):
        if self.daemon is None:
            return 0
        if self.daemon.poll() is None:
            self.daemon.terminate()
            try:
                self.daemon.wait(seconds)
            except subprocess.TimeoutExpired:
                self.daemon.kill()
                self.daemon.wait()
                raise AssertionError("the daemon did not stop in time")
        self.daemon_log.close()
        code = self.daemon.returncode
        self.daemon = None
        return code

    def process(self, *arguments):
        """sedlink process … --json"""
        done = subprocess.run([os.path.join(self.bin, "sedlink"), "process", "--socket", os.path.join(self.folder, "admin.sock"),
                               "--json", *arguments], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"sedlink process {' '.join(arguments)}: {done.stderr}")
        return json.loads(done.stdout)

    def rest(self, method, **parameters):
        """A REST call of the portal with the webhook, as the acceptance's own eyes."""
        url = self.crm.state()["access"]["webhook_url"].rstrip("/") + "/" + method
        got = []

        def answered():  # 503: the portal's rate limit, shared with the daemon
            got[:] = self.crm.call("POST", url, parameters)
            return got[0] != 503

        eventually(answered, 60, f"{method} is answered", 0.5)
        status, data = got
        if status >= 400:
            raise AssertionError(f"{method}: {status} {data[:300]}")
        return json.loads(data)["result"]

    def close(self):
        try:
            if self.daemon is not None:
                code = self.stop_daemon()
                if code != 0:
                    raise AssertionError(f"the daemon ended with {code}; see {self.folder}/sedlink.log")
        finally:
            self.stop_simulators()


def pdf(words):
    """A small valid PDF, for contracts of tests and of the demo."""
    text = f"BT /F1 14 Tf 60 760 Td ({words}) Tj ET"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{o:010d} 00000 n \n".encode() for o in offsets)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return out


def b64(data):
    return base64.b64encode(data).decode()
