"""The story of shared information over REST alone, against a running server: an item published on its day and one that
is extended; figures that three townships send, one as a workbook, in one table; a legal basis that changes.

    python -m tests.rest.information_story http://127.0.0.1:8000 [PASSWORD]

Standard library only, like story.py beside it: the workbook, too, is made and read by hand.
"""

import io
import sys
import uuid
import xml.etree.ElementTree as ElementTree
import zipfile
from datetime import datetime, timedelta
from xml.sax.saxutils import escape

from .story import SHANGHAI, check, clock, say
from .story import Client as Desk

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/s.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN[1:-1]}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="数据" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="/s.xml"/></Relationships>',
}


def workbook(rows):
    """A sheet of texts."""
    lines = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        archive.writestr("s.xml", f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData>{lines}</sheetData></worksheet>')
    return file.getvalue()


def first_sheet(content):
    """The cells of a workbook's first sheet, as texts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        words = [
            "".join(part.itertext()) for part in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        ]  # fmt: skip
        rows = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{MAIN}row")

        def text(cell):
            value = cell.findtext(f"{MAIN}v", "")
            return words[int(value)] if cell.get("t") == "s" else value

        return [[text(cell) for cell in row] for row in rows]


class Client(Desk):
    def slug(self, record):
        return record["url"].split("/api/")[1].split("/")[0]

    def send_file(self, record, step, name, content):
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        address = f"/api/{self.slug(record)}/{record['id']}/steps/{step}/"
        return self.call("POST", address, head + content + f"\r\n--{mark}--\r\n".encode(), 200, headers)

    def again(self, record):
        return self.call("GET", record["url"])


def published(department, reader, stranger):
    """One on its day, with receipts; one that was extended before the day ended (M3.3.9)."""
    formed = datetime.now(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    body = {
        "category": "dynamics", "title": "食品小作坊检查简报", "content": "检查42家，责令改正6家。",
        "formed_at": formed.isoformat(), "groups": ["townships"],
    }  # fmt: skip
    draft = department.call("POST", "/api/information/", body, 201)
    reader.call("GET", draft["url"], expect=404)
    item = department.step(draft, "publish")
    check(clock(item, "share_same_day")["on_time"] is True, "shared on the day of its formation")
    check(clock(item, "share_same_day")["statutory"] is True, "which the regulation asks")
    stranger.call("GET", item["url"], expect=404)
    mine = reader.again(item)["receipts"]
    check([row["seen_by"] for row in mine] == ["licheng_clerk"], "reading it is the receipt")
    seen = {row["unit"]["code"]: row["seen_at"] for row in department.again(item)["receipts"]}
    check(len(seen) == 8 and [code for code in seen if seen[code]] == ["licheng"], "who has read it, and who has not")
    item = department.step(item, "remind")
    check("提醒7个单位" in item["timeline"][-1]["said"], "those who have not are reminded")
    department.step(item, "remind", expect=400)

    later = department.call("POST", "/api/information/", {**body, "category": "statistics", "title": "信访统计"}, 201)
    department.step(later, "extend", expect=400, reason="")
    later = department.step(later, "extend", reason="分镇数据须核对。")
    extended = clock(later, "share_extended")
    check(clock(later, "share_same_day")["state"] == "cancelled" and extended["state"] == "running", "extended")
    later = department.step(later, "publish")
    check(clock(later, "share_extended")["on_time"] is True, "and shared in time")
    say("published", item["number"], "and, extended to", extended["last_day"], later["number"])
    return item


def asked(department, body, ahead=4):
    """The request, by the first working day that far ahead: the platform refuses a day off, a holiday too."""
    for more in range(15):
        day = datetime.now(SHANGHAI).date() + timedelta(days=ahead + more)
        answer = department.call("POST", "/api/data-requests/", {**body, "due_on": day.isoformat()}, (201, 400))
        if "id" in answer:
            return answer
        check(list(answer["fields"]) == ["due_on"], "only a day off is refused")
    raise SystemExit("no working day in two weeks")


def figures(department, townships, stranger):
    """Asked of three townships; two answer row by row, one with the filled table (M3.3.4)."""
    licheng, taji, jinnan = townships
    columns = [{"name": "事项", "required": "是"}, {"name": "件数", "kind": "数字", "required": "是"}]
    request = asked(department, {
        "title": "行政处罚统计", "wanted": "按事项报送件数。", "columns": columns, "units": ["licheng", "taji", "jinnan"],
    })  # fmt: skip
    stranger.call("GET", request["url"], expect=404)
    keys = [column["key"] for column in licheng.again(request)["columns"]]
    refused = licheng.step(request, "answer", expect=400, rows=[dict(zip(keys, ("占道经营", "很多"), strict=True))])
    check("应为数字" in refused["fields"]["rows"][0], "what is no number is said with its row")
    licheng.step(request, "answer", rows=[dict(zip(keys, ("占道经营", "14"), strict=True))])
    head = [column["name"] + "*" for column in taji.again(request)["columns"]]
    check(taji.call("GET", taji.again(request)["template"])[:2] == b"PK", "the empty table")
    own = taji.send_file(request, "answer", "报表.xlsx", workbook([head, ["乱倒垃圾", "3"], ["占道经营", "5"]]))
    check([answer["unit"]["code"] for answer in own["answers"]] == ["taji"], "each reads its own answer")
    check([unit["code"] for unit in department.again(request)["missing"]] == ["jinnan"], "one is missing")
    jinnan.step(request, "answer", words="无")
    whole = department.again(request)
    check((whole["state"], whole["missing"]) == ("answered", []), "all have answered")
    check([len(answer["rows"]) for answer in whole["answers"]] == [0, 1, 2], "the asker reads all")
    jinnan.call("GET", f"/api/data-requests/{request['id']}/merged.xlsx", expect=404)
    table = first_sheet(department.call("GET", whole["merged"]))
    check(table[0][:3] == ["单位", "事项", "件数"], "the merged table has its head")
    rows = [row[:3] for row in table[2:]]
    check(
        rows == [["黎城街道", "占道经营", "14"], ["塔集镇", "乱倒垃圾", "3"], ["塔集镇", "占道经营", "5"]],
        "and all rows",
    )
    department.step(whole, "close")
    say("merged", len(table) - 1, "rows of 3 townships")


def changed_basis(department, reader, stranger):
    """It reaches exactly those who hold the power, once (M2.2, M3.3.1)."""
    address = "/api/powers/CG-009/"
    power = reader.call("GET", address)
    body = {"legal_basis": f"{power['legal_basis']}（2026年修订）", "reason": "条例修订", "version": power["version"]}
    stranger.call("PATCH", address, body, 403)
    after = department.call("PATCH", address, body)
    check(after["shared"] == 1, "shared once")
    department.call("PATCH", address, body, 409)
    same = department.call("PATCH", address, {**body, "version": after["version"]})
    check(same["shared"] == 0, "saved again without a change, it is not shared again")
    found = department.call("GET", "/api/information/?category=basis&power=CG-009")["results"]
    check(len(found) == 1, "one item")
    reached = sorted(party["unit"]["code"] for party in found[0]["parties"] if party["role"] == "reader")
    check(reached == sorted(unit["code"] for unit in power["holders"]), "exactly the holders")
    item = reader.again(found[0])
    check(item["changes"][0]["old"] == power["legal_basis"], "with the old text beside the new one")
    stranger.call("GET", item["url"], expect=404)
    say("the change reached", ", ".join(reached))
    return item


def information_story(base, password="Jinhu-demo-2026"):
    def client(name):
        return Client(base, f"{name}_clerk", password)

    department, licheng, stranger = client("chengguan"), client("licheng"), client("shuiwu")
    published(department, licheng, stranger)
    figures(department, (licheng, client("taji"), client("jinnan")), stranger)
    return changed_basis(department, licheng, stranger)


if __name__ == "__main__":
    information_story(*sys.argv[1:])
    print("the story holds")
