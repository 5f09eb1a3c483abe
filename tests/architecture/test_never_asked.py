"""What the `[never]` table of questions.toml names is asked nowhere: no field, code or column.

A word that means something else where it stands is excused with the reason, one place at a time.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import forms
from forms import questionnaire
from forms.base import Form
from forms.codebook import KINDS, LISTS, TACTICS, load
from forms.guided import StepForm, everything_of
from forms.questions import QUESTIONS
from reporting.database import Base

WORDS = {
    "name": "name names fullname surname firstname lastname alias nickname",
    "address": "address street postcode zip city town village building",
    "nationality": "nationality nationalities citizen citizenship origin",
    "ethnicity_field": "ethnicity ethnic race tribe minority clan",
    "visa_or_residence_status": "visa residence residency status permit overstay",
    "asylum_file": "asylum refugee file number",
    "passport_my_number_residence_card": "passport mynumber card identity document",
    "birth_date_exact_age": "birth birthday born age dob",
    "phone_email_by_default": "phone telephone tel mobile fax email mail",
    "employer_school_name": "employer company school university workplace boss",
    "relatives_names": "relatives mother father brother sister spouse husband wife children",
    "party_membership_religion_health_fields": (
        "party membership religion religious faith health diagnosis disease medical disability"
    ),
    "exact_day_and_gps": "day date hour hours minute time gps latitude longitude geo coordinates",
    "names_of_suspects_as_field": "suspect suspects offender accused perpetrator culprit",
    "ip_browser_referrer_cookies": "ip browser agent useragent referrer referer cookie fingerprint",
    "how_did_you_hear_of_us": "hear heard found source campaign",
}
EXCUSED = {
    # A kind of thing that happened, and no question after the thing itself.
    "tactics documents.citizenship": "nationality",
    "tactics livelihood.employer": "employer_school_name",
    "tactics livelihood.school": "employer_school_name",
    "authority school_employer": "employer_school_name",
    "authority_outcome status_asked": "visa_or_residence_status",
    "danger_event removal_date": "exact_day_and_gps",  # that there is one, not which
    "HappenedForm day": "exact_day_and_gps",  # of what was done, where the team knows it
    "TriageForm date_set": "exact_day_and_gps",  # likewise, as the team reads it
    "RecodeForm date_set": "exact_day_and_gps",  # the same question, asked again later
    "authority_barrier no_time": "exact_day_and_gps",
    "attribution_basis official_document": "passport_my_number_residence_card",
    "channel email": "phone_email_by_default",
    "evidence_kind email_file": "phone_email_by_default asylum_file",
    "evidence_kind medical": "party_membership_religion_health_fields",
    "intervention medical_aid": "party_membership_religion_health_fields",
    "place origin": "nationality",  # one kind of place among ten
    # Broad groups and needs, for who wants to choose one.
    "target_group religious": "party_membership_religion_health_fields",
    "target_group minority": "ethnicity_field",
    "trigger culture_religion": "party_membership_religion_health_fields",
    "need health_mind": "party_membership_religion_health_fields",
    "need health_body": "party_membership_religion_health_fields",
    # Only for who chose that way of contact.
    "contact_way email": "phone_email_by_default",
    "contact_rule hours": "exact_day_and_gps",
    "question reach_hours": "exact_day_and_gps",
    "field reach_hours": "exact_day_and_gps",
    # Only for who keeps somebody out of the team from reading; supervisors alone read it.
    "question not_names": "name",
    "field not_names": "name",
    # About the staff, or about a row and not a person.
    "state_link identified_agent": "ip_browser_referrer_cookies",
    "PassphraseForm name": "name",
    "InviteForm name": "name",
    "RemovalForm name": "name",
    "DeclarationForm names": "name",  # so that nobody reads a report about themselves
    "KeepForm name": "name",  # of a search
    # What a table of figures costs; it counts by the government that is held responsible.
    "PlanForm part_origin": "nationality",
    "PlanForm part_tactic_origin": "nationality",
    # Of a report: the random one that stands beside it.
    "SearchForm number": "asylum_file",
    "KeepForm number": "asylum_file",
    "_Details number": "asylum_file",
    "BulkForm number": "asylum_file",
    "SeenForm number": "asylum_file",
    "member name_sealed": "name",
    "member name_tag": "name",
    "digest_line expires_hour": "exact_day_and_gps",
    "invitation expires_hour": "exact_day_and_gps",
    "lent expires_hour": "exact_day_and_gps",
    "reading expires_hour": "exact_day_and_gps",
    "sign_in expires_hour": "exact_day_and_gps",
    "spent_code expires_hour": "exact_day_and_gps",
    "visit expires_hour": "exact_day_and_gps",
}


def pieces(name: str) -> set[str]:
    """Return the words of a name."""
    return set(re.findall("[a-z0-9]+", name.lower()))


def asked_by(name: str) -> set[str]:
    """Return which entries of the table a name seems to ask for."""
    return {entry for entry, words in WORDS.items() if pieces(name) & set(words.split())}


def form_classes() -> set[type[Form]]:
    """Return every form class of every module."""
    for module in pkgutil.iter_modules(forms.__path__, "forms."):
        importlib.import_module(module.name)
    return below(Form)


def below(form: type[Form]) -> set[type[Form]]:
    """Return the form classes made from this one."""
    return {found for child in form.__subclasses__() for found in {child, *below(child)}}


def fields() -> Iterator[str]:
    """Yield each field of each form, with its form."""
    for key in questionnaire.ORDER:
        yield from (f"field {field.name}" for field in everything_of(key)())
    for form in form_classes() - {StepForm, *below(StepForm)}:
        yield from (f"{form.__name__} {field.name}" for field in form())


def codes() -> Iterator[str]:
    """Yield each code of each closed list, with its list."""
    for name, options in {**LISTS, "kinds": KINDS, "tactics": TACTICS}.items():
        yield from (f"{name} {option.code}" for option in options)


def columns() -> Iterator[str]:
    """Yield each column of the reporter's and the staff's tables, with its table."""
    for module in (
        "admin.models",
        "reporting.models",
        "reporting.case_rows",
        "reporting.file_rows",
        "reporting.lent_rows",
        "reporting.office_rows",
        "reporting.term_rows",
    ):
        importlib.import_module(module)
    for table in Base.metadata.tables.values():
        yield from (f"{table.name} {column.name}" for column in table.columns)


def questions() -> Iterator[str]:
    """Yield each question and each consent."""
    yield from (f"question {name}" for name in QUESTIONS)
    file = load("questions.toml")
    yield from (f"question {entry['id']}" for entry in (*file["q"], *file["consent"]))


def test_every_entry_of_the_table_has_words_to_look_for() -> None:
    assert WORDS.keys() == load("questions.toml")["never"].keys()


def test_nothing_asks_for_what_is_never_asked() -> None:
    places = [*fields(), *codes(), *columns(), *questions()]
    found = {place: asked_by(place.partition(" ")[2]) for place in places}
    assert {place: entries for place, entries in found.items() if entries} == {
        place: set(entries.split()) for place, entries in EXCUSED.items()
    }


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("q_full_name", "name"),
        ("home_address", "address"),
        ("visa_kind", "visa_or_residence_status"),
        ("passport_number", "passport_my_number_residence_card"),
        ("user_agent", "ip_browser_referrer_cookies"),
        ("c_phone", "phone_email_by_default"),
    ],
)
def test_a_question_for_such_a_thing_would_be_noticed(name: str, entry: str) -> None:
    assert entry in asked_by(name)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_no_question_is_worded_so(name: str) -> None:
    words = QUESTIONS[name].text.lower()
    assert not re.search(
        r"\byour (full )?name\b|nationalit|\bvisa\b|ethnic|religion|birth|how old|passport number"
        r"|which (town|city|street|day)|telephone|e-?mail address|\bhear of us\b",
        words,
    )
