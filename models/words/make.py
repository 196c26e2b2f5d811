"""Writes stems.txt: the stems of a list of English words, one a line, sorted.

    apt-get download wamerican && dpkg-deb -x wamerican_*.deb words
    pip install snowballstemmer==3.1.1
    python make.py words/usr/share/dict/american-english ../minilm/vocab.txt
"""

import re
import sys

import snowballstemmer


def main(dictionary: str, vocabulary: str) -> None:
    stem = snowballstemmer.stemmer("english").stemWord
    with open(dictionary, encoding="utf-8") as file:
        words = {line.strip().lower().replace("'", "") for line in file}
    with open(vocabulary, encoding="utf-8") as file:
        # Longer pieces are nearly all words; among short ones are many scraps.
        words |= {piece for piece in map(str.strip, file) if len(piece) > 3}
    stems = {stem(word) for word in words if re.fullmatch("[a-z]{2,}", word)}
    with open("stems.txt", "w", encoding="utf-8") as file:
        file.writelines(f"{word}\n" for word in sorted(stems))


if __name__ == "__main__":
    main(*sys.argv[1:])
