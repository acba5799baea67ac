"""A mapping asks a signed service: an approved contract makes a credit bureau's request (attached CMS as the whole body), the
bureau verifies it with openssl, answers signed, prepares the report for a while, and the card gets the score. kill -9 between
sent and answered: `repeat: safe` sends the same call.id again, `repeat: never` parks it for a person, and the approval goes on."""
import re

from common import check, eventually, fresh_folder, stand
from bureau import Bureau, pki, scored, write_mapping
import demo

folder = fresh_folder()
root = pki.Authority(folder, "pki")
ours, theirs = root.issue("sedlink", kind="ec"), root.issue("bureau", kind="ec")
bureau = Bureau(root.certificate, theirs)
s = stand(folder, mappings=[write_mapping(folder)], settings={
    "portal": {"limits": "{ rate_per_second: 0 }"},
    "connections": {"bureau": f"{{ type: http, url: '{bureau.url}', signing: bureau, "
                              "signing_routes: [ { method: GET, path: '*', signing: answers } ] }"},
    "trust": {"bureau": f"{{ certificates: '{root.certificate}' }}"},
    "top": {
            # A question carries no body: its signature goes into a header, the answer is verified all the same.
            "signing": f"{{ bureau: {{ key: 'file:{ours.key}', certificate: '{ours.certificate}', carriage: {{ body: attached }}, "
                       "answers: { signed: attached, trust: bureau } }, "
                       f"answers: {{ key: 'file:{ours.key}', certificate: '{ours.certificate}', carriage: {{ header: X-Signature }}, "
                       "answers: { signed: attached, trust: bureau } } }"}})


def approved(number, title):
    contract = demo.Contract(number, title, "согласован", stage="SUCCESS", edms="completed", files=3)
    demo.create(s, contract)
    demo.move(s, contract, "PREPARATION")
    return contract


def killed_while(path, contract_number, title):
    """The bureau has the request, the daemon has no answer and is killed."""
    bureau.held = {path}
    bureau.released.clear()
    before = len(bureau.posts(path))
    contract = approved(contract_number, title)
    eventually(lambda: len(bureau.posts(path)) > before, 90, f"{path} is sent", 0.02)
    s.kill_daemon()
    bureau.held = set()
    bureau.released.set()
    s.start_daemon(subscribe=False)
    return contract, bureau.posts(path)[-1]


try:
    s.start_daemon()
    first = approved(101, "Поставка")
    eventually(lambda: scored(s, first) and bureau.posts("/notice"), 120, "the score is in the card")
    check(not bureau.wrong, f"not accepted by openssl: {bureau.wrong}")
    check(len(bureau.posts("/dlrequest")) == 1 and len(bureau.posts("/notice")) == 1, "each request once")
    request = next(c for p, _, c in bureau.got if p == "/dlrequest")
    check("<ИНН>" in request and request.startswith("<?xml"), f"the signed bytes are the body: {request}")
    check(any(p == "GET" and c == bureau.posts("/dlrequest")[0] + "%2F1" for p, c, _ in bureau.got), "the ticket is in the question")

    safe, key = killed_while("/dlrequest", 101, "Поставка вторая")
    eventually(lambda: scored(s, safe), 120, "the score came after the kill")
    check(len(bureau.posts("/dlrequest", key)) == 2, f"the same call.id twice: {bureau.posts('/dlrequest')}")
    check(s.process("list", "--incidents") == [], "no incident for a safe repetition")

    never, key = killed_while("/notice", 101, "Поставка третья")
    eventually(lambda: scored(s, never), 120, "the approval and the other call go on")
    incidents = eventually(lambda: s.process("list", "--incidents"), 60, "doubt is an incident")
    check(len(bureau.posts("/notice", key)) == 1, "not repeated without a person")
    check(key in str(incidents) and "sedlink process retry" in str(incidents), f"what to do is said: {incidents}")
    number = re.search(r"sedlink process retry --effect (\d+)", str(incidents)).group(1)
    s.process("retry", "--effect", number)
    eventually(lambda: len(bureau.posts("/notice", key)) == 2, 60, "the operator lets it go out again")
    eventually(lambda: s.process("list", "--incidents") == [], 60, "the incident is over")
    check(not bureau.wrong, f"not accepted by openssl: {bureau.wrong}")
finally:
    s.close()
