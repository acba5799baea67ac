"""Without a single webhook: the sweep of the stage history launches, withdraws and loses nothing."""
from common import check, eventually, fresh_folder, stand
import demo

folder = fresh_folder()
s = stand(folder, engine={"sweep": "1s"})
try:
    s.start_daemon(subscribe=False)
    contracts = [c for c in demo.CONTRACTS if c.number in (101, 106)]
    for c in contracts:
        demo.create(s, c)
        demo.move(s, c, "PREPARATION")
    done = set()
    story = demo.Story(s)
    story.say = lambda *_: None

    def finished():
        by_id = demo.act_as_people(s, story, contracts, done)
        return all(c.id in by_id and not demo.expectation_errors(s, c, by_id[c.id]) for c in contracts)

    eventually(finished, 120, "an approved and a withdrawn contract end without webhooks", 0.3)
    text = s.http.call("GET", "/metrics")[1].decode()
    check('sedlink_deliveries_total{result="accepted"} 0' in text, "a webhook came all the same")
finally:
    s.close()
