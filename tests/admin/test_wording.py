from admin.gathering import SUPPORTED
from admin.web import wording
from reporting import triage


def test_every_flag_and_level_of_triage_has_words_for_the_staff() -> None:
    assert wording.FLAGS.keys() == triage.FLAGS
    assert wording.LEVELS.keys() == set(triage.Level)


def test_the_log_says_every_move_of_the_staff_in_words() -> None:
    unsaid = SUPPORTED - wording.VERBS.keys()
    assert unsaid == set(), "say in admin/web/wording.py what the log shows of it"
