"""What is wrong with a corpus is said with its file, its text and the reason."""
import pathlib
import tempfile
import unittest

from corpus import BadCorpus, corpus

GOOD = '[[text]]\nvoice = "chat"\ntext = "the secret has expired"\n'


class Corpus(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, text, path="causes/one.toml"):
        file = self.root / "fixtures/corpus" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def refused(self, *words):
        with self.assertRaises(BadCorpus) as why:
            corpus(self.root)
        for word in words:
            self.assertIn(word, str(why.exception))

    def test_a_good_text_is_read(self):
        self.write(GOOD)
        self.write(GOOD, "none/talk.toml")
        self.assertEqual([row["label"] for row in corpus(self.root)], ["one", "none"])

    def test_a_field_that_nobody_knows(self):
        self.write(GOOD + GOOD.replace("voice", "voices"))
        self.refused("one.toml, text 2", "voices")

    def test_a_voice_that_nobody_knows(self):
        self.write(GOOD.replace("chat", "song"))
        self.refused("one.toml, text 1", "song", "ticket")

    def test_a_text_without_words(self):
        self.write(GOOD.replace("the secret has expired", " "))
        self.refused("one.toml, text 1", "empty")

    def test_a_cause_that_is_none(self):
        self.write(GOOD + 'also = ["two"]\n')
        self.refused("text 1", "two is no cause")

    def test_a_file_that_is_no_toml(self):
        self.write("[[text]\n")
        self.refused("one.toml", "line 1")

    def test_an_empty_corpus(self):
        self.refused("there is no text in it")
        self.write("")
        self.refused("[[text]]")


if __name__ == "__main__":
    unittest.main()
