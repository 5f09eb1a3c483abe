"""Link records: how the links of a report are written inside the record of its work."""

from dataclasses import replace
from datetime import date

from admin import fact_records as facts
from admin.links import Follower, Joined, Judged, Kind, Links, Marked, Together, Verdict, Why
from reporting import records
from reporting.records import Record


def written(links: Links) -> Record:
    """Return links as a record."""
    return {
        "judged": [_judged(one) for one in links.judged],
        "joined": facts.maybe(joined_written, links.joined),
        "followers": [_follower(one) for one in links.followers],
        "told": [member.hex() for member in links.told],
        "together": facts.maybe(_together, links.together),
        **_written_marks(links),
    }


def read(record: Record) -> Links:
    """Return the links that a record holds. Raises OpenError and ValueError."""
    found = Links(
        judged=tuple(_read_judged(one) for one in records.children(record, "judged")),
        joined=facts.one(read_joined(one) for one in records.children(record, "joined")),
        followers=tuple(_read_follower(one) for one in records.children(record, "followers")),
        told=tuple(map(bytes.fromhex, records.texts(record, "told"))),
        together=facts.one(_read_together(one) for one in records.children(record, "together")),
    )
    return _with_marks(found, record)


def _judged(one: Judged) -> Record:
    # What is not known of it, it does not say, as before anything of it was kept.
    whys: Record = {"whys": list(one.whys)} if one.whys else {}
    shared: Record = {} if one.shared is None else {"shared": one.shared}
    back: Record = {"back": True} if one.is_back else {}
    return {
        "other": one.other.hex(),
        "verdict": one.verdict,
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
        **whys,
        **shared,
        **back,
    }


def joined_written(joined: Joined) -> Record:
    """Return that a report follows another one as a record."""
    return {
        "survivor": joined.survivor.hex(),
        "at": facts.seconds(joined.at),
        "until": facts.maybe(date.isoformat, joined.until),
        "alone": joined.is_left_alone,
    }


def _follower(one: Follower) -> Record:
    return {"case": one.case.hex(), "at": facts.seconds(one.at)}


def _together(one: Together) -> Record:
    return {
        "id": one.id.hex(),
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
        "reason": one.reason,
    }


def _read_judged(record: Record) -> Judged:
    return Judged(
        other=records.row(record, "other"),
        verdict=Verdict(records.text(record, "verdict")),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        whys=tuple(map(Why, records.texts(record, "whys"))) if "whys" in record else (),
        shared=records.number(record, "shared") if "shared" in record else None,
        is_back=records.truth(record, "back") if "back" in record else False,
    )


def read_joined(record: Record) -> Joined:
    """Return that a report follows another one, as a record holds it. Raises OpenError."""
    return Joined(
        survivor=records.row(record, "survivor"),
        at=facts.moment(records.number(record, "at")),
        until=facts.one(facts.days(record, "until")),
        is_left_alone=records.truth(record, "alone"),
    )


def _read_follower(record: Record) -> Follower:
    return Follower(records.row(record, "case"), facts.moment(records.number(record, "at")))


def _read_together(record: Record) -> Together:
    return Together(
        id=records.row(record, "id"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        reason=records.text(record, "reason"),
    )


# ---------------------------------------------------------------- identifiers


def _written_marks(links: Links) -> Record:
    """Return what is marked; a report without says nothing of it, as before there was any."""
    asked: Record = {} if links.asked is None else {"asked": facts.seconds(links.asked)}
    if not links.marked:
        return asked
    marked = [_marked(one) for one in links.marked]
    return {**asked, "marked": marked, "documents": links.documents}


def _with_marks(links: Links, record: Record) -> Links:
    if "asked" in record:
        links = replace(links, asked=facts.moment(records.number(record, "asked")))
    if "marked" not in record:
        return links
    marked = tuple(_read_marked(one) for one in records.children(record, "marked"))
    return replace(links, marked=marked, documents=records.number(record, "documents"))


def _marked(one: Marked) -> Record:
    return {
        "row": one.row.hex(),
        "kind": one.kind,
        "value": one.value,
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
    }


def _read_marked(record: Record) -> Marked:
    return Marked(
        row=records.row(record, "row"),
        kind=Kind(records.text(record, "kind")),
        value=records.text(record, "value"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
    )
