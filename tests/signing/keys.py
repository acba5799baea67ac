"""Keys of the tests of signed requests, made anew in the folder given: keys.py FOLDER."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "signature"))
import pki  # noqa: E402

folder = sys.argv[1]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
root = pki.Authority(folder, "root")
root.issue("signer", kind="ec")
root.issue("other", kind="ec")
root.issue("expired", kind="ec", start=-20, end=-10)
pki.Tsa(root)
root.crl("fresh")
root.crl("stale", last=-20, following=-10)
pki.openssl("pkcs8", "-topk8", "-in", root.file("signer.key"), "-passout", "pass:correct", "-out", root.file("locked.key"))

gost = os.path.join(folder, "gost")
os.makedirs(gost)
with open(os.path.join(gost, "gost.cnf"), "w") as f:
    f.write("openssl_conf=o\n[o]\nengines=e\n[e]\ngost=g\n[g]\nengine_id=gost\ndefault_algorithms=ALL\n"
            "[req]\ndistinguished_name=dn\nx509_extensions=v3\nprompt=no\n[dn]\nCN=gost\n[v3]\nbasicConstraints=CA:TRUE\n")
environment = dict(os.environ, OPENSSL_CONF=os.path.join(gost, "gost.cnf"))
for words in (["genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCB", "-out", "k.pem"],
              ["req", "-x509", "-config", "gost.cnf", "-key", "k.pem", "-days", "30", "-out", "c.pem"]):
    subprocess.run(["openssl", *words], cwd=gost, env=environment, capture_output=True, check=True)
