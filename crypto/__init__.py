"""Keys and ciphertext: bytes and frozen values in, bytes and frozen values out.

This package promises that
- what is sealed to an office can be opened by that office only, today and after quantum computers;
- what is locked opens only under its key, at its own table, column, row and version, and whole;
- whatever went wrong, one exception comes out (`OpenError`), and it says nothing about the reason;
- no caller ever chooses a nonce, an algorithm or a format: FORMAT.md fixes them, for ever.

It cannot protect words typed into a server while a stranger controls it, a key whose holder is
compelled to use it, a weak passphrase once both database and pepper are taken, or the number and
rounded size of what is stored. It cannot wipe memory: Python copies bytes as it likes.

It knows no web, no database, no file and no clock. Rows and time belong to the callers, and every
function says what it relies on them for.
"""
