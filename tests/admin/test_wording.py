from admin.web import wording
from reporting import triage


def test_every_flag_and_level_of_triage_has_words_for_the_staff() -> None:
    assert wording.FLAGS.keys() == triage.FLAGS
    assert wording.LEVELS.keys() == set(triage.Level)
