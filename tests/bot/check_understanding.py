"""Checks of the scope detector, the encoder's file and the benchmark, in Rasa's environment.

Run by ``test_components.py`` with Rasa's Python; not collected by pytest.
"""

import csv
import os
import sys
import tempfile
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
from bot.without_tensorflow import AbsentTensorflow  # noqa: E402

sys.meta_path.insert(0, AbsentTensorflow())

import numpy as np  # noqa: E402
import onnx  # noqa: E402
from onnx import TensorProto, helper  # noqa: E402

from bot import benchmark  # noqa: E402
from bot.components import encoder_weights, intent_classifier, kernel_ridge, scope  # noqa: E402


class ScopeTest(unittest.TestCase):
    """Two intents lie at two corners of a plane, what is out of scope all around them."""

    BACKGROUND = 2

    def setUp(self):
        chance = np.random.RandomState(3)
        corners = np.array([[4.0, 0.0], [0.0, 4.0]])
        inside = np.repeat(corners, 30, axis=0) + chance.randn(60, 2) / 2
        outside = chance.uniform(-8, 8, (120, 2))
        far = np.min(np.linalg.norm(outside[:, None] - corners[None], axis=2), axis=1) > 2.5
        self.points = np.vstack([inside, outside[far]])
        self.labels = np.repeat([0, 1, self.BACKGROUND], [30, 30, int(far.sum())])
        self.gram = self.likeness(self.points)
        self.fit = kernel_ridge.fit(self.gram.copy(), self.labels, 3, 0.1)
        self.groups = kernel_ridge.alike_groups(self.gram, self.labels, 0.99)

    def likeness(self, points):
        apart = ((points[:, None] - self.points[None]) ** 2).sum(axis=2)
        return np.exp(-apart / 4).astype(np.float32)

    def learnt(self, kept=0.98):
        return scope.learn(self.fit, self.gram, self.labels, self.groups, self.BACKGROUND, kept)

    def probability(self, detector, points):
        likeness = self.likeness(np.array(points))
        scores = likeness @ self.fit.dual
        return detector.probability(scope.signs(scores, likeness, self.labels, self.BACKGROUND))

    def test_unseen_messages_near_an_intent_are_in_scope_and_others_are_not(self):
        found = self.probability(self.learnt(), [[4.2, 0.3], [-0.2, 3.8], [-6, -6], [7, 7]])
        self.assertTrue((found[:2] > 0.5).all(), found)
        self.assertTrue((found[2:] < 0.5).all(), found)

    def test_the_wanted_share_of_known_questions_is_kept(self):
        inside = self.points[self.labels != self.BACKGROUND]
        for kept in (0.8, 1.0):
            share = (self.probability(self.learnt(kept), inside) >= 0.5).mean()
            self.assertGreaterEqual(share, kept - 0.05)
        strict = self.probability(self.learnt(0.5), inside)
        self.assertTrue((strict <= self.probability(self.learnt(0.98), inside) + 1e-6).all())

    def test_stored_and_read_it_is_the_same(self):
        detector = self.learnt()
        again = scope.Scope.read(detector.arrays())
        points = [[4.0, 0.0], [2.0, 2.0], [-5.0, 1.0]]
        np.testing.assert_array_equal(
            self.probability(detector, points), self.probability(again, points)
        )


class SharesTest(unittest.TestCase):
    def test_shares_sum_to_one_and_keep_the_order(self):
        scores = np.array([[0.9, 0.1, 0.3], [-np.inf, 0.0, 0.5]])
        found = intent_classifier.shares(scores, 8.0)
        np.testing.assert_allclose(found.sum(axis=1), 1.0)
        self.assertEqual(found[0].argsort().tolist(), [1, 2, 0])
        self.assertEqual(found[1, 0], 0.0)

    def test_labels_that_are_hard_to_tell_apart_get_softer_shares(self):
        chance = np.random.RandomState(5)
        labels = np.repeat([0, 1], 20)
        groups = [np.array([i]) for i in range(40)]
        sharpness = []
        for apart in (6.0, 0.5):
            points = chance.randn(40, 2) + apart * np.eye(2)[labels]
            gram = np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2) / 4)
            fit = kernel_ridge.fit(gram.astype(np.float32), labels, 2, 0.1)
            sharpness.append(intent_classifier.sharpness(fit, labels, groups))
        self.assertGreater(sharpness[0], 2 * sharpness[1])


class GivenOutTest(unittest.TestCase):
    def stack(self, normalized, last="LayerNormalization"):
        """A file of so many normalizations in a row, of which only the last is an output."""
        size = [1, 2, 3]
        constants = [
            helper.make_tensor(name, TensorProto.FLOAT, [3], value)
            for name, value in (("scale", [1.0] * 3), ("bias", [0.0] * 3))
        ]
        nodes = [
            helper.make_node("LayerNormalization", [f"l{i}", "scale", "bias"], [f"l{i + 1}"])
            for i in range(normalized)
        ]
        end = f"l{normalized}"
        if last != "LayerNormalization":
            nodes.append(helper.make_node(last, [end], ["end"]))
            end = "end"
        graph = helper.make_graph(
            nodes,
            "stack",
            [helper.make_tensor_value_info("l0", TensorProto.FLOAT, size)],
            [helper.make_tensor_value_info(end, TensorProto.FLOAT, size)],
            constants,
        )
        file = Path(tempfile.mkdtemp()) / "stack.onnx"
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), str(file))
        return file

    def given_out(self, file, layers):
        encoder_weights._give_out(file, layers)
        return [output.name for output in onnx.load(str(file)).graph.output]

    def test_the_ends_of_the_last_layers_the_last_one_first(self):
        # the embeddings end in the first normalization, each layer in two more
        self.assertEqual(self.given_out(self.stack(7), 3), ["l7", "l5", "l3"])
        self.assertEqual(self.given_out(self.stack(7), 1), ["l7"])

    def test_no_more_than_there_are(self):
        self.assertEqual(self.given_out(self.stack(5), 9), ["l5", "l3"])

    def test_a_file_of_another_build_gives_what_it_gives(self):
        self.assertEqual(self.given_out(self.stack(7, last="Relu"), 4), ["end"])


class BenchmarkTest(unittest.TestCase):
    ROWS = tuple((f"text {i}", "ab"[i % 2]) for i in range(20))

    def test_every_row_is_asked_once_and_never_known_when_asked(self):
        asked = Counter()
        for known, unknown in benchmark.folds(self.ROWS, 5):
            self.assertFalse(set(known) & set(unknown))
            self.assertEqual(len(known) + len(unknown), 20)
            self.assertEqual({category for _, category in unknown}, {"a", "b"})
            asked.update(unknown)
        self.assertEqual(asked, Counter(self.ROWS))

    def test_folds_are_the_same_every_time(self):
        first, again = (list(benchmark.folds(self.ROWS, 4)) for _ in range(2))
        self.assertEqual(first, again)

    def test_the_components_are_those_that_serve_and_nothing_is_remembered(self):
        found = {kind.__name__: config for kind, config in benchmark.components()}
        self.assertEqual(list(found), ["SentenceEncoder", "KernelIntentClassifier"])
        self.assertFalse(found["SentenceEncoder"]["remember"])
        self.assertEqual(found["KernelIntentClassifier"]["background"], "out_of_scope")

    def test_tables_are_read_with_or_without_a_mark_at_the_start(self):
        for encoding in ("utf-8", "utf-8-sig"):
            file = Path(tempfile.mkdtemp()) / "rows.csv"
            with file.open("w", encoding=encoding, newline="") as lines:
                table = csv.writer(lines)
                table.writerows([("text", "category"), ('is it "late", or €5?', "fee")])
            self.assertEqual(benchmark.read(file), [('is it "late", or €5?', "fee")])


if __name__ == "__main__":
    unittest.main()
