"""Writes words.txt: English words that are not in the encoder's vocabulary, one a line, sorted.

    apt-get download wamerican && dpkg-deb -x wamerican_*.deb words
    python make.py words/usr/share/dict/american-english ../minilm/vocab.txt
"""

import re
import sys


def main(dictionary: str, vocabulary: str) -> None:
    with open(dictionary, encoding="utf-8") as file:
        words = {line.strip().lower().replace("'", "") for line in file}
    with open(vocabulary, encoding="utf-8") as file:
        words -= {piece.strip() for piece in file}
    # Words of other lengths are never repaired, so they are never looked up.
    words = {word for word in words if re.fullmatch("[a-z]{4,24}", word)}
    with open("words.txt", "w", encoding="utf-8") as file:
        file.writelines(f"{word}\n" for word in sorted(words))


if __name__ == "__main__":
    main(*sys.argv[1:])
