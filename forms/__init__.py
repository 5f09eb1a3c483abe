"""What we ask: closed lists of codes, frozen answers, and the form classes that yield them."""
