"""The story of one transfer over REST alone, against a running server.

    python tests/rest/story.py http://127.0.0.1:8000 [PASSWORD]

Standard library only: it is also the example for those who connect another program. Prints what happens;
exits 1 at the first answer that is not as it should be.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8))
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


class Client:
    """One officer's desk: a token and the few calls there are."""

    def __init__(self, base, username, password):
        self.base, self.token = base.rstrip("/"), None
        self.token = self.call("POST", "/api/auth/token/", {"username": username, "password": password})["token"]

    def call(self, method, path, body=None, expect=(200, 201), headers=None):
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, method=method, headers={"Accept": "application/json", **(headers or {})})
        if self.token:
            request.add_header("Authorization", f"Token {self.token}")
        if isinstance(body, bytes):
            request.data = body
        elif body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, kind, data = answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            status, kind, data = error.code, error.headers.get_content_type(), error.read()
        if status not in (expect if isinstance(expect, tuple) else (expect,)):
            raise SystemExit(f"{method} {url}: {status}, expected {expect}: {data[:600].decode(errors='replace')}")
        return json.loads(data) if kind == "application/json" and data else data

    def step(self, record, code, expect=200, **body):
        return self.call(
            "POST",
            f"/api/{self.slug(record)}/{record['id']}/steps/{code}/",
            {"version": record["version"], **body},
            expect,
        )

    def slug(self, record):
        return {"transfer": "transfers", "case": "cases", "complaint": "complaints"}[record["kind"]]

    def upload(self, record, kind, name):
        mark = uuid.uuid4().hex
        lines = [
            f'--{mark}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n'.encode(),
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            f"Content-Type: application/pdf\r\n\r\n".encode(),
            PDF, f"\r\n--{mark}--\r\n".encode(),
        ]  # fmt: skip
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return self.call("POST", f"/api/{self.slug(record)}/{record['id']}/materials/", b"".join(lines), 201, headers)


def say(*words):
    print("·", *words)


def check(holds, what):
    if not holds:
        raise SystemExit(f"not as it should be: {what}")


def opened(client, record, kind, number=-1):
    """What was opened from `record`, as `client` reads it: the last of its kind, or the one of that number."""
    found = [one for one in record["opened"] if one["kind"] == kind]
    check(found, f"no {kind} was opened from {record['kind']} {record['id']}")
    return client.call("GET", found[number]["url"])


def clock(record, code):
    found = [c for c in record["clocks"] if c["code"] == code]
    check(found, f"no clock {code}")
    return found[-1]


def story(base, password="Jinhu-demo-2026"):
    clerk = Client(base, "licheng_clerk", password)
    leader = Client(base, "licheng_leader", password)
    department = Client(base, "shijian_clerk", password)
    stranger = Client(base, "taji_clerk", password)

    me = clerk.call("GET", "/api/me/")
    check(me["acting_unit"]["code"] == "licheng", "the clerk belongs to licheng")
    power = clerk.call("GET", "/api/powers/?q=%E6%97%A0%E8%AF%81%E6%97%A0%E7%85%A7")["results"][0]
    told = clerk.call("GET", f"/api/competent-unit/?power={power['code']}&township=licheng")
    say("competent:", told["unit"]["name"], "-", told["reason"])

    discovered = datetime.now(SHANGHAI) - timedelta(hours=2)
    body = {
        "receiver": told["unit"]["code"], "township": "licheng", "power": power["code"],
        "title": "工园路某小吃店无证经营案", "party_kind": "sole_trader", "party_name": "刘某某",
        "place": "工园路与健康西路路口东北侧", "facts": "现场不能出示营业执照和食品经营许可证。",
        "grounds": "经核对权责清单，该事项不属本单位管辖。", "discovered_at": discovered.isoformat(),
        "urgent": False, "ongoing": False, "legacy": False,
    }  # fmt: skip
    check(told["unit"]["code"] == "shijian", "the sample county's list answers 县市场监督管理局")
    key = str(uuid.uuid4())
    draft = clerk.call("POST", "/api/transfers/", body, 201, {"Idempotency-Key": key})
    again = clerk.call("POST", "/api/transfers/", body, (200, 201), {"Idempotency-Key": key})
    check(again["id"] == draft["id"], "the same request twice opens one transfer")
    clerk.call("POST", "/api/transfers/", {**body, "title": "另一案"}, 422, {"Idempotency-Key": key})
    say("draft", draft["id"], "due", clock(draft, "transfer_out")["due_at"])
    check(draft["state"] == "draft" and draft["holder"]["code"] == "licheng", "a draft is held by its sender")

    refused = leader.step(draft, "issue", expect=400)
    check("materials" in refused["fields"], "without materials nothing is issued (M3.1.2)")
    clerk.upload(draft, "inspection_record", "现场检查记录.pdf")
    clerk.upload(draft, "evidence", "现场照片.pdf")
    stranger.call("GET", f"/api/transfers/{draft['id']}/", expect=404)
    department.call("GET", f"/api/transfers/{draft['id']}/", expect=404)
    clerk.step(draft, "issue", expect=403)

    signing = clerk.step(draft, "submit")
    clerk.step(draft, "submit", expect=409)
    sent = leader.step(signing, "issue")
    check(sent["state"] == "sent" and sent["number"], "issued, numbered, delivered")
    check(clock(sent, "transfer_out")["on_time"] is True, "the transfer was on time (M3.1.1)")
    say("issued", sent["number"])

    seen = department.call("GET", f"/api/transfers/{sent['id']}/")
    say("department may:", ", ".join(s["code"] for s in seen["steps"]))
    letter = seen["letters"][0]
    check(department.call("GET", letter["pdf"])[:4] == b"%PDF", "the letter as PDF")
    check(department.call("GET", letter["docx"])[:2] == b"PK", "the letter as DOCX")
    check(department.call("GET", seen["materials"][0]["url"])[:4] == b"%PDF", "a material")
    stranger.call("GET", letter["pdf"], expect=404)
    department.step(seen, "refuse", expect=403)

    accepted = department.step(seen, "accept")
    check(accepted["state"] == "accepted", "accepted")
    check(clock(accepted, "acknowledge")["on_time"] is True, "acknowledged within three working days (M3.1.3)")
    check([one["kind"] for one in accepted["letters"]] == ["transfer_letter", "acceptance_notice"], "both letters")
    case = clerk.call("GET", f"/api/cases/{accepted['case']}/")
    check(case["holder"]["code"] == "shijian", "the receiver answers for the case from acceptance on")

    reported = department.step(accepted, "report", outcome="已责令改正，当事人补办了营业执照。")
    closed = clerk.step(reported, "close")
    check(closed["state"] == "closed", "closed by the sender")
    say("timeline:", " → ".join(e["said"] for e in closed["timeline"] if e["version"]))
    return closed


if __name__ == "__main__":
    story(*sys.argv[1:])
    print("the story holds")
