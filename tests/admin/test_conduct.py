import hashlib

from admin.conduct import CONDUCT

# Whoever changes a word changes the version, and adds it here: people signed what they read.
SIGNED = {"2026-12": "1b27b95e5d1c1b1d9733c6a6b11ccc09e1432a2a55f15fac95f5e4467e403c1d"}
LONGEST = 100


def test_a_version_that_somebody_may_have_signed_never_says_anything_else() -> None:
    words = hashlib.sha256("\n".join(CONDUCT.rules).encode()).hexdigest()

    assert SIGNED[CONDUCT.version] == words


def test_there_are_ten_rules_that_are_short_and_whole_sentences() -> None:
    assert len(set(CONDUCT.rules)) == 10
    for rule in CONDUCT.rules:
        assert rule.endswith(".")
        assert len(rule) <= LONGEST
