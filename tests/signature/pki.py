"""A small public key infrastructure by the openssl command line, made anew wherever it is asked for: no key is kept in git."""
import os
import subprocess
import time

STAMP = "%y%m%d%H%M%SZ"
DAY = 86400


def openssl(*words, cwd=None, data=None, check=True):
    done = subprocess.run(["openssl", *words], cwd=cwd, input=data, capture_output=True)
    if check and done.returncode != 0:
        raise SystemExit(f"openssl {' '.join(words)}\n{done.stderr.decode(errors='replace')}")
    return done


def when(days):
    return time.strftime(STAMP, time.gmtime(time.time() + days * DAY))


KEYS = {"rsa": ["RSA", "rsa_keygen_bits:2048"], "rsa1024": ["RSA", "rsa_keygen_bits:1024"], "ec": ["EC", "ec_paramgen_curve:P-256"],
        "p384": ["EC", "ec_paramgen_curve:P-384"], "p192": ["EC", "ec_paramgen_curve:prime192v1"], "rsa-pss": ["RSA-PSS", "rsa_keygen_bits:2048"],
        "ed25519": ["ED25519", ""]}
CA = "basicConstraints=critical,CA:TRUE{0}\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
LEAF = "basicConstraints=CA:FALSE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
SIGNER = LEAF + "keyUsage=critical,digitalSignature,nonRepudiation\n"


class Authority:
    """A folder with a key, a certificate and the database that `openssl ca` keeps."""

    def __init__(self, folder, name, parent=None, kind="ec", path="", subject=None, extensions=None):
        self.folder, self.name = os.path.join(folder, name), name
        os.makedirs(os.path.join(self.folder, "issued"))
        open(self.file("index.txt"), "w").close()
        with open(self.file("serial"), "w") as f:
            f.write("1000\n")
        with open(self.file("crlnumber"), "w") as f:
            f.write("01\n")
        with open(self.file("ca.cnf"), "w") as f:
            f.write(f"oid_section=oids\n[oids]\nINNLE=1.2.643.100.4\n[ca]\ndefault_ca=own\n[own]\ndatabase={self.file('index.txt')}\nserial={self.file('serial')}\n"
                    f"crlnumber={self.file('crlnumber')}\nnew_certs_dir={self.file('issued')}\ncertificate={self.file('ca.pem')}\n"
                    f"private_key={self.file('ca.key')}\ndefault_md=sha256\npolicy=any\nunique_subject=no\ncopy_extensions=none\n"
                    "default_crl_days=30\nemail_in_dn=no\n[any]\ncommonName=optional\norganizationName=optional\nsurname=optional\n"
                    "givenName=optional\ntitle=optional\nINN=optional\nOGRN=optional\nINNLE=optional\n")
        self.key, self.certificate = self.file("ca.key"), self.file("ca.pem")
        make_key(self.key, kind)
        subject = subject or f"/O=Test/CN={name}"
        extensions = extensions or CA.format(path)
        if parent:
            parent.issue(name, extensions, key=self.key, subject=subject, out=self.certificate)
        else:
            request, text = self.file("ca.csr"), self.file("ca.ext")
            openssl("req", "-new", "-utf8", "-key", self.key, "-subj", subject, "-out", request)
            with open(text, "w") as f:
                f.write(extensions)
            openssl("ca", "-batch", "-utf8", "-notext", "-selfsign", "-config", self.file("ca.cnf"), "-keyfile", self.key, "-in", request, "-out",
                    self.certificate, "-extfile", text, "-startdate", when(-1000), "-enddate", when(3000), "-preserveDN")

    def file(self, name):
        return os.path.join(self.folder, name)

    def issue(self, name, extensions=SIGNER, start=-2, end=365, kind="rsa", subject=None, key=None, out=None, digest="sha256"):
        """Certificate `out` and key in this authority's folder; dates in days from now."""
        key = key or self.file(name + ".key")
        out = out or self.file(name + ".pem")
        if not os.path.exists(key):
            make_key(key, kind)
        subject = subject or f"/O=Test/CN={name}"
        request = self.file(name + ".csr")
        openssl("req", "-new", "-utf8", "-key", key, "-subj", subject, "-out", request)
        with open(self.file(name + ".ext"), "w") as f:
            f.write(extensions)
        openssl("ca", "-batch", "-utf8", "-notext", "-config", self.file("ca.cnf"), "-in", request, "-out", out, "-extfile",
                self.file(name + ".ext"), "-startdate", when(start), "-enddate", when(end), "-md", digest, "-preserveDN")
        return Pair(key, out, self)

    def revoke(self, pair, days=0.0, reason=""):
        """As of `days` from now; `reason` as `openssl ca` spells it."""
        openssl("ca", "-config", self.file("ca.cnf"), "-revoke", pair.certificate)
        self.enter(pair, "R", when(days) + ("," + reason if reason else ""))

    def release(self, pair):
        self.enter(pair, "V", "")

    def enter(self, pair, state, revoked):
        """The certificate's row in the database, by hand."""
        serial = openssl("x509", "-in", pair.certificate, "-noout", "-serial").stdout.decode().strip().split("=")[1]
        with open(self.file("index.txt"), encoding="utf-8") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        for row in rows:
            if row[3] == serial:
                row[0], row[2] = state, revoked
        with open(self.file("index.txt"), "w", encoding="utf-8") as f:
            f.writelines("\t".join(row) + "\n" for row in rows)

    def crl(self, name, last=-1, following=30, extensions=""):
        """`extensions`: lines of a section of openssl's configuration."""
        out, config = self.file(name + ".crl"), self.file("ca.cnf")
        words = []
        if extensions:
            config = self.file(name + ".crl.cnf")
            with open(self.file("ca.cnf"), encoding="utf-8") as f, open(config, "w", encoding="utf-8") as own:
                own.write(f.read() + "[list]\n" + extensions)
            words = ["-crlexts", "list"]
        openssl("ca", "-config", config, "-gencrl", *words, "-crl_lastupdate", when(last), "-crl_nextupdate", when(following), "-out", out)
        return out


class Pair:
    def __init__(self, key, certificate, issuer):
        self.key, self.certificate, self.issuer = key, certificate, issuer


def make_key(path, kind):
    algorithm, option = KEYS[kind]
    openssl("genpkey", "-algorithm", algorithm, *(["-pkeyopt", option] if option else []), "-out", path)


class Tsa:
    """A time-stamp authority by `openssl ts`."""

    def __init__(self, authority, name="tsa", extensions=None, **options):
        self.pair = authority.issue(name, extensions or LEAF + "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n", **options)
        self.config = authority.file(name + ".tsa.cnf")
        with open(self.config, "w") as f:
            f.write(f"[tsa]\ndefault_tsa=t\n[t]\nserial={authority.file(name + '.serial')}\ncrypto_device=builtin\nsigner_cert={self.pair.certificate}\n"
                    f"certs={self.pair.certificate}\nsigner_key={self.pair.key}\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
                    "digests=sha1,sha256,sha384,sha512\naccuracy=secs:1\nordering=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n")

    def answer(self, query):
        """RFC 3161 reply to a query, both DER."""
        path = self.config + ".tsq"
        with open(path, "wb") as f:
            f.write(query)
        return openssl("ts", "-reply", "-config", self.config, "-queryfile", path).stdout

    def token(self, data, digest="sha256"):
        path = self.config + ".data"
        with open(path, "wb") as f:
            f.write(data)
        query = openssl("ts", "-query", "-data", path, f"-{digest}", "-cert").stdout
        reply = self.config + ".tsr"
        with open(reply, "wb") as f:
            f.write(self.answer(query))
        return openssl("ts", "-reply", "-in", reply, "-token_out").stdout
