"""Checks of the Rasa components; run with Rasa's own Python (see test_components.py)."""

import asyncio
import json
import socket
import stat
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from bot.without_tensorflow import AbsentTensorflow  # noqa: E402

sys.meta_path.insert(0, AbsentTensorflow())

import numpy as np  # noqa: E402
import yaml  # noqa: E402
from aiohttp import ClientSession, web  # noqa: E402
from jsonschema import ValidationError  # noqa: E402
from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.tracker_store import SQLTrackerStore  # noqa: E402
from rasa.engine.exceptions import GraphRunError  # noqa: E402
from rasa.engine.graph import (  # noqa: E402
    ExecutionContext,
    GraphComponent,
    GraphSchema,
    SchemaNode,
)
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import (  # noqa: E402
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import AnySlot  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.shared.nlu.training_data.message import Message  # noqa: E402
from rasa.shared.nlu.training_data.training_data import TrainingData  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402
from sanic import Sanic  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402

from bot.components import (  # noqa: E402
    encoder_weights,
    entity_tagger,
    intent_classifier,
    kernel_ridge,
    questions,
    remote_action,
    sentence_encoder,
    standing,
    terms,
    tracker_store,
    wordpiece,
)
from bot.components.event_file import EventFile  # noqa: E402
from bot.components.forgetting import ForgetInput  # noqa: E402
from bot.components.graph_runner import SequentialGraphRunner  # noqa: E402

DOMAIN = Domain.from_yaml(
    """
    version: "3.1"
    intents: [ask]
    slots:
      frame: {type: any, influence_conversation: false, mappings: [{type: custom}]}
    actions: [action_answer]
    """
)
TEXTS = [
    ("what's my balance", "check_balance"),
    ("how much do I have", "check_balance"),
    ("balance please", "check_balance"),
    ("hello there", "greet"),
    ("hi penny", "greet"),
    ("good morning", "greet"),
]

BERT_IDS = {
    "what's my balance?": [101, 2054, 1005, 1055, 2026, 5703, 1029, 102],
    "Ça coûte 1.200,50€, déjà vu": [
        *[101, 6187, 2522, 10421, 1015, 1012, 3263, 1010, 2753, 30102, 1010],
        *[2139, 3900, 24728, 102],
    ],
    "rebalancing my overdraftish acct": [
        *[101, 2128, 25060, 12273, 2075, 2026, 2058, 7265, 6199, 4509, 16222, 2102, 102],
    ],
    "日本 £5": [101, 1864, 1876, 27813, 102],
    "": [101, 102],
    "\u200b tab\there \ufffd": [101, 21628, 2182, 102],
}


def storage() -> LocalModelStorage:
    return LocalModelStorage(Path(tempfile.mkdtemp()))


class IntentClassifierTest(unittest.TestCase):
    def trained(self, examples=TEXTS, vectors=None, **settings):
        config = {**intent_classifier.KernelIntentClassifier.get_default_config(), **settings}
        place, resource = storage(), Resource("intents")
        model = intent_classifier.KernelIntentClassifier(config, place, resource)
        messages = [Message({"text": text, "intent": intent}) for text, intent in examples]
        for message, vector in zip(messages, vectors if vectors is not None else (), strict=False):
            message.set(sentence_encoder.VECTOR, vector)
        model.train(TrainingData(messages))
        loaded = intent_classifier.KernelIntentClassifier.load(config, place, resource, None)
        return model, loaded

    def test_loaded_model_answers_as_the_trained_one(self):
        vectors = np.random.RandomState(0).randn(len(TEXTS), 8).astype(np.float32)
        for given in (None, vectors):
            model, loaded = self.trained(vectors=given)
            for text in ("what is my balance", "hiya", "", "£12.50?!"):
                for vector in (None, vectors[0]):
                    said = loaded.confidences(text, vector)
                    np.testing.assert_allclose(model.confidences(text, vector), said, rtol=1e-2)
                    self.assertAlmostEqual(float(said.sum()), 1.0, places=5)

    def test_ranking_starts_with_the_intent(self):
        _, loaded = self.trained()
        (message,) = loaded.process([Message({"text": "my balance"})])
        self.assertEqual(message.get("intent")["name"], "check_balance")
        self.assertEqual(message.get("intent_ranking")[0], message.get("intent"))

    def test_meaning_decides_where_words_do_not(self):
        vectors = np.repeat(np.eye(2, 4, dtype=np.float32), 3, axis=0)
        vectors += np.random.RandomState(0).randn(6, 4).astype(np.float32) / 10
        _, loaded = self.trained(vectors=vectors)
        for vector, intent in ((vectors[1], "check_balance"), (vectors[4], "greet")):
            message = Message({"text": "zzz", sentence_encoder.VECTOR: vector})
            (understood,) = loaded.process([message])
            self.assertEqual(understood.get("intent")["name"], intent)

    def test_what_is_out_of_scope_is_refused_and_a_write_needs_to_be_sure(self):
        examples = []
        for place in ("rome", "paris", "oslo", "bath", "kyoto"):
            examples += [(f"is it raining in {place}", "out_of_scope")]
            examples += [(f"move {len(place)} to {place}", "transfer_money")]
            examples += [(f"what is my balance in {place}", "check_balance")]
        _, loaded = self.trained(examples, repeats=1.1)
        (message,) = loaded.process([Message({"text": "is it raining in lima"})])
        self.assertEqual(message.get("intent")["name"], "out_of_scope")
        asked = Message({"text": "move 20 to oslo"})
        self.assertEqual(loaded.process([asked])[0].get("intent")["name"], "transfer_money")
        settings = {"repeats": 1.1, "careful": ["transfer_money"], "careful_scope": 1.1}
        _, loaded = self.trained(examples, **settings)
        (message,) = loaded.process([asked])
        self.assertEqual(message.get("intent")["name"], "out_of_scope")
        self.assertEqual(message.get("intent_ranking")[1]["name"], "transfer_money")

    def test_weights_are_tf_idf_as_scikit_learn_computes_it(self):
        texts = [text for text, _ in TEXTS]
        ours = terms.Vocabulary.learn(texts, 2, 1)
        theirs = TfidfVectorizer(
            preprocessor=terms.normalize,
            tokenizer=terms.WORD.findall,
            token_pattern=None,
            ngram_range=(1, 2),
            sublinear_tf=True,
        ).fit(texts)
        columns = [theirs.vocabulary_[term[2:]] for term in ours.index]
        np.testing.assert_allclose(
            ours.matrix(texts).toarray(), theirs.transform(texts).toarray()[:, columns], rtol=1e-5
        )


class KernelRidgeTest(unittest.TestCase):
    def setUp(self):
        chance = np.random.RandomState(1)
        self.labels = np.repeat(np.arange(3), 8)
        points = chance.randn(24, 5) + 2 * np.eye(3, 5)[self.labels]
        self.gram = np.exp(-((points[:, None] - points[None]) ** 2).sum(axis=2) / 8)
        self.gram = self.gram.astype(np.float32)

    def test_examples_left_out_are_scored_as_by_a_model_that_never_saw_them(self):
        noise = 0.1
        fit = kernel_ridge.fit(self.gram.copy(), self.labels, 3, noise)
        group = np.array([0, 1, 9])
        rest = np.setdiff1d(np.arange(24), group)
        ridge = self.gram[np.ix_(rest, rest)] + noise * np.eye(len(rest))
        targets = np.eye(3)[self.labels]
        expected = self.gram[np.ix_(group, rest)] @ np.linalg.solve(ridge, targets[rest])
        np.testing.assert_allclose(fit.without(group), expected, atol=1e-4)

    def test_weights_solve_the_ridge_equations(self):
        fit = kernel_ridge.fit(self.gram.copy(), self.labels, 3, 0.1)
        again = self.gram @ fit.dual + 0.1 * fit.dual
        np.testing.assert_allclose(again, fit.targets, atol=1e-4)

    def test_groups_are_of_one_label_and_hold_every_example_once(self):
        groups = kernel_ridge.alike_groups(self.gram, self.labels, 0.5)
        self.assertEqual(sorted(np.concatenate(groups)), list(range(24)))
        self.assertTrue(all(len(set(self.labels[group])) == 1 for group in groups))
        self.assertLess(len(groups), 24)

    def test_kernel_is_that_of_each_message_with_each_example(self):
        texts = [text for text, _ in TEXTS]
        vectors = np.random.RandomState(2).randn(len(texts), 6).astype(np.float32)
        vocabulary = terms.Vocabulary.learn(texts, 2, 3)
        for given in (None, vectors):
            known = kernel_ridge.Examples.learn(kernel_ridge.Alike(), vocabulary, texts, given)
            gram = known.gram()
            np.testing.assert_allclose(np.diag(gram), 1.0, atol=1e-5)
            for row, text in enumerate(texts):
                vector = None if given is None else given[row]
                np.testing.assert_allclose(known.likeness(text, vector), gram[row], atol=1e-5)


class WordPiecesTest(unittest.TestCase):
    def test_text_is_cut_as_bert_cuts_it(self):
        """The numbers are those of Hugging Face's tokenizer for bert-base-uncased."""
        pieces = wordpiece.WordPieces()
        for text, ids in BERT_IDS.items():
            self.assertEqual(pieces.ids(text), ids, text)

    def test_long_texts_are_cut_off(self):
        ids = wordpiece.WordPieces().ids("money " * 100, longest=10)
        self.assertEqual(len(ids), 10)
        self.assertEqual((ids[0], ids[-1]), (101, 102))


class SentenceEncoderTest(unittest.TestCase):
    CONFIG = yaml.safe_load((ROOT / "config.yml").read_text())["pipeline"]

    def component(self, **settings):
        given = next(part for part in self.CONFIG if part["name"].endswith("SentenceEncoder"))
        config = {**sentence_encoder.SentenceEncoder.get_default_config(), **given, **settings}
        place, resource = storage(), Resource("encoder")
        sentence_encoder.SentenceEncoder(config, place, resource).train(TrainingData([]))
        return sentence_encoder.SentenceEncoder.load(config, place, resource, None)

    def test_paraphrases_lie_closer_than_other_questions(self):
        messages = [
            Message({"text": text})
            for text in ("how much money do I have", "what is my bank balance", "will it rain")
        ]
        money, balance, rain = (
            message.get(sentence_encoder.VECTOR)
            for message in self.component(remember=False).process(messages)
        )
        self.assertEqual(money.shape, (4 * 384,))
        self.assertGreater(money @ balance / 4, 0.5)
        self.assertGreater(money @ balance / 4, money @ rain / 4 + 0.2)

    def test_the_last_layers_stand_one_behind_the_other(self):
        several, last = (
            self.component(remember=False, layers=layers).process([Message({"text": "my rent"})])
            for layers in (4, 1)
        )
        vector = several[0].get(sentence_encoder.VECTOR).reshape(4, 384)
        np.testing.assert_allclose(np.linalg.norm(vector, axis=1), 1.0, atol=1e-5)
        np.testing.assert_allclose(vector[0], last[0].get(sentence_encoder.VECTOR), atol=1e-5)
        self.assertLess(vector[0] @ vector[1], 0.99)

    def test_without_weights_messages_have_no_vector(self):
        with self.assertLogs("bot.components.sentence_encoder", "WARNING"):
            component = self.component(weights="no_such_package/model.onnx")
        (message,) = component.process([Message({"text": "hello"})])
        self.assertIsNone(message.get(sentence_encoder.VECTOR))

    def test_other_weights_than_those_named_are_refused(self):
        with self.assertRaisesRegex(encoder_weights.WrongWeights, "config.yml names 000000000000"):
            self.component(sha256="0" * 64)

    def test_vectors_are_remembered_by_text(self):
        asked = []

        def vectors(texts):
            asked.extend(texts)
            return [np.full(3, len(text), dtype=np.float32) for text in texts]

        encoder = SimpleNamespace(vectors=vectors)
        file = Path(tempfile.mkdtemp()) / "vectors.npz"
        first = sentence_encoder.Remembered(encoder, file).vectors(["a", "bb", "a"])
        again = sentence_encoder.Remembered(encoder, file).vectors(["bb", "ccc"])
        self.assertEqual(asked, ["a", "bb", "ccc"])
        np.testing.assert_array_equal(first[1], again[0])


class QuestionsTest(unittest.TestCase):
    def parts(self, text, *understood):
        """What becomes of a message whose parts are understood as given."""
        splitter = questions.QuestionSplitter()
        joiner = questions.QuestionJoiner(
            {"confidence": 0.5, "never": ["greet", "affirm"], "last": ["afford", "move"]}
        )
        messages = splitter.process([Message({"text": text})])
        self.assertEqual(len(messages), len(understood), [m.get("text") for m in messages])
        for message, (intent, confidence) in zip(messages, understood, strict=True):
            message.set("intent", {"name": intent, "confidence": confidence})
        (message,) = joiner.process(messages)
        return message

    def test_one_question_is_left_as_it_is(self):
        for text in (
            "how much did i spend on food and drink",
            "compare may and june",
            "M&S and Boots last month?",
            "€1.200,50 on friday",
            "",
            "and " * 500 + "what's my balance",
        ):
            self.assertEqual(questions.parts_of(text), [], text)

    def test_two_questions_are_kept_in_the_order_they_are_to_be_answered(self):
        message = self.parts(
            "move 50 to savings, what's my balance and can i afford 20?",
            ("move", 0.6),
            ("move", 0.9),
            ("balance", 0.9),
            ("afford", 0.9),
        )
        asked = [question["intent"]["name"] for question in message.get("questions")]
        self.assertEqual(asked, ["balance", "move", "afford"])
        self.assertEqual(message.get("intent")["name"], "balance")
        self.assertIn("questions", message.as_dict(only_output_properties=True))

    def test_a_greeting_before_a_question_is_no_question(self):
        message = self.parts(
            "hi penny, what's my balance?", ("greet", 0.8), ("greet", 0.9), ("balance", 0.9)
        )
        self.assertEqual(message.get("intent")["name"], "balance")
        self.assertFalse(message.get("questions"))

    def test_what_is_understood_as_a_whole_is_not_taken_apart_for_one_part(self):
        message = self.parts(
            "show my rent. i mean what i paid", ("spending", 0.9), ("bills", 0.9), ("move", 0.2)
        )
        self.assertEqual(message.get("intent")["name"], "spending")
        self.assertFalse(message.get("questions"))

    def test_a_yes_with_a_question_is_no_yes(self):
        message = self.parts(
            "yes do it and what's my balance", ("affirm", 0.9), ("affirm", 0.9), ("balance", 0.9)
        )
        self.assertEqual(message.get("intent")["name"], "balance")


class EntityTaggerTest(unittest.TestCase):
    def test_tags_unseen_merchants_from_their_surroundings_and_survives_loading(self):
        places = [
            "tesco",
            "lidl",
            "aldi",
            "zara",
            "ikea",
            "boots",
            "asda",
            "costa",
            "shell",
            "gap",
            "argos",
            "spar",
        ]
        config = entity_tagger.EntityTagger.get_default_config()
        place, resource = storage(), Resource("entities")
        messages = []
        for name in places:
            text = f"how much did i spend at {name} today"
            entity = {"entity": "merchant", "start": 24, "end": 24 + len(name), "value": name}
            messages.append(Message({"text": text, "intent": "ask", "entities": [entity]}))
        messages += [Message({"text": "hello there", "intent": "greet"})] * 5
        tagger = entity_tagger.EntityTagger(config, place, resource)
        tagger.train(TrainingData(messages))
        loaded = entity_tagger.EntityTagger.load(config, place, resource, None)
        text = "how much did i spend at Quillfeather today"
        for model in (tagger, loaded):
            (found,) = model.entities(text)
            self.assertEqual((found["entity"], found["value"]), ("merchant", "Quillfeather"))
            self.assertEqual(text[found["start"] : found["end"]], "Quillfeather")
        self.assertEqual(loaded.entities(""), [])

    def test_tokens_keep_money_and_dates_whole(self):
        text = "£12.50 at Trader Joe's on 15/06?"
        self.assertEqual(
            [token.text for token in entity_tagger.tokenize(text)],
            ["£12.50", "at", "Trader", "Joe's", "on", "15/06", "?"],
        )


def turn(n: int) -> list:
    return [
        UserUttered(f"question {n}", {"name": "ask", "confidence": 1.0}),
        ActionExecuted("action_answer"),
        SlotSet("frame", {"n": n}),
        BotUttered(f"answer {n}"),
        ActionExecuted("action_listen"),
    ]


class TrackerStoreTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.db = str(Path(tempfile.mkdtemp()) / "tracker.db")
        self.published = []
        self.broker = SimpleNamespace(publish=self.published.append)
        self.store = self.opened()

    def opened(self, **options):
        return tracker_store.RecentTrackerStore(
            DOMAIN, event_broker=self.broker, dialect="sqlite", db=self.db, **options
        )

    async def say(self, store, n):
        tracker = await store.get_or_create_tracker("p~main", append_action_listen=False)
        if not tracker.events:
            tracker.update_with_events(
                [ActionExecuted("action_session_start"), SessionStarted()], DOMAIN
            )
            tracker.update(ActionExecuted("action_listen"), DOMAIN)
        tracker.update_with_events(turn(n), DOMAIN)
        await store.save(tracker)
        return tracker

    async def test_rasas_own_store_reads_the_same_conversation(self):
        for n in range(4):
            tracker = await self.say(self.store, n)
        rasas = SQLTrackerStore(DOMAIN, dialect="sqlite", db=self.db)
        stored = await rasas.retrieve_full_tracker("p~main")
        self.assertEqual(
            [event.as_dict() for event in stored.events],
            [event.as_dict() for event in tracker.events],
        )
        self.assertEqual(len(self.published), len(tracker.events))
        self.assertTrue(all(event["sender_id"] == "p~main" for event in self.published))

    async def test_two_processes_see_each_others_turns(self):
        other = self.opened()
        for n in range(6):
            await self.say(self.store if n % 2 else other, n)
        final = await self.opened(recent=0).retrieve("p~main")
        said = [event.text for event in final.events if isinstance(event, UserUttered)]
        self.assertEqual(said, [f"question {n}" for n in range(6)])

    async def test_a_turn_that_failed_leaves_nothing(self):
        await self.say(self.store, 0)
        lent = await self.store.retrieve("p~main")
        lent.update(UserUttered("never answered"), DOMAIN)
        kept = await self.store.retrieve("p~main")
        said = [event.text for event in kept.events if isinstance(event, UserUttered)]
        self.assertEqual(said, ["question 0"])

    async def test_a_form_that_the_model_does_not_have_is_over(self):
        tracker = await self.say(self.store, 0)
        tracker.update(ActiveLoop("of_an_older_model"))
        await self.store.save(tracker)
        for store in (self.store, self.opened()):
            self.assertIsNone((await store.retrieve("p~main")).active_loop_name)

    async def test_a_long_conversation_is_shortened_in_memory_only(self):
        for n in range(60):
            tracker = await self.say(self.store, n)
            self.assertEqual(tracker.get_slot("frame"), {"n": n})
            self.assertLessEqual(len(tracker.events), tracker_store.LONGEST + 5)
        self.assertEqual(tracker.copy().get_slot("frame"), {"n": 59})
        stored = await SQLTrackerStore(DOMAIN, dialect="sqlite", db=self.db).retrieve("p~main")
        said = [event.text for event in stored.events if isinstance(event, UserUttered)]
        self.assertEqual(said, [f"question {n}" for n in range(60)])

    async def test_a_person_is_forgotten_whole_and_alone(self):
        for sender in ("p~main", "p~s2", "pq~main"):
            tracker = await self.store.get_or_create_tracker(sender, append_action_listen=False)
            tracker.update_with_events(turn(1), DOMAIN)
            await self.store.save(tracker)
        self.assertGreater(await self.store.forget("p"), 0)
        rasas = SQLTrackerStore(DOMAIN, dialect="sqlite", db=self.db)
        for sender in ("p~main", "p~s2"):
            self.assertIsNone(await self.store.retrieve(sender))
            self.assertIsNone(await rasas.retrieve(sender))
        self.assertIsNotNone(await self.store.retrieve("pq~main"))
        self.assertEqual(await self.store.forget("p"), 0)
        left = [path.read_bytes().count(b"p~main") for path in Path(self.db).parent.iterdir()]
        kept = [path.read_bytes().count(b"pq~main") for path in Path(self.db).parent.iterdir()]
        self.assertEqual(sum(left), 0, "in no file of the database either")
        self.assertGreater(sum(kept), 0)

    async def test_looking_leaves_the_conversation_where_it_is(self):
        self.assertIsNone(await self.store.peek("p~main"))
        await self.say(self.store, 1)
        seen = await self.store.peek("p~main")
        self.assertIs(await self.store.peek("p~main"), seen)
        await self.say(self.opened(), 2)
        self.assertEqual((await self.store.peek("p~main")).get_slot("frame"), {"n": 2})

    async def test_only_recent_conversations_are_kept(self):
        store = self.opened(recent=2)
        for sender in "abc":
            tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
            tracker.update_with_events(turn(1), DOMAIN)
            await store.save(tracker)
        self.assertEqual(list(store._trackers), ["b", "c"])
        self.assertEqual((await store.retrieve("a")).get_slot("frame"), {"n": 1})


class AddressesTest(unittest.IsolatedAsyncioTestCase):
    """Over HTTP, with Rasa's own wrapper round the store; Sanic serves one application only."""

    async def asyncSetUp(self):
        self.forgotten = []

        async def forget(person):
            self.forgotten.append(person)
            return 7

        async def peek(sender):
            said = {"intent": {"name": "greet", "confidence": 1.0}, "entities": []}
            heard = UserUttered("hi", said["intent"], parse_data=said, metadata={"model_id": "m"})
            return DialogueStateTracker.from_events(sender, [heard])

        app = Sanic("addresses-test")
        store = SimpleNamespace(_tracker_store=SimpleNamespace(forget=forget, peek=peek))
        app.ctx.agent = SimpleNamespace(tracker_store=store)
        for kind in (ForgetInput, standing.StandingInput):
            channel = kind.from_credentials({"token": "secret"})
            app.blueprint(channel.blueprint(None), url_prefix=f"/webhooks/{kind.name()}")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/webhooks"
        self.server = await app.create_server("127.0.0.1", port, return_asyncio_server=True)
        await self.server.startup()

    async def asyncTearDown(self):
        self.server.close()
        await self.server.wait_closed()

    async def ask(self, token, body, where="forget"):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            ClientSession(trust_env=False) as client,
            client.post(f"{self.address}/{where}/", json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()

    async def test_only_who_knows_the_token_is_obeyed(self):
        for token in (None, "", "wrong"):
            self.assertEqual((await self.ask(token, {"person": "p1"}))[0], 401)
        self.assertEqual((await self.ask("secret", {"person": "p%"}))[0], 422)
        self.assertEqual(self.forgotten, [])
        self.assertEqual(await self.ask("secret", {"person": "p1"}), (200, {"events": 7}))
        self.assertEqual(self.forgotten, ["p1"])
        told = {"intent": "greet", "entities": [], "open": False, "model": "m"}
        for token, sender, wanted in (("wrong", "p~main", 401), ("secret", 3, 422)):
            self.assertEqual((await self.ask(token, {"sender": sender}, "standing"))[0], wanted)
        self.assertEqual(await self.ask("secret", {"sender": "p~main"}, "standing"), (200, told))


class StandingTest(unittest.TestCase):
    def tracker(self, **slots):
        said = {"intent": {"name": "greet", "confidence": 1.0}, "entities": []}
        heard = UserUttered("hi", said["intent"], parse_data=said, metadata={"model_id": "m"})
        set_to = [SlotSet(name, value) for name, value in slots.items()]
        waiting = [AnySlot(name, mappings=[{}]) for name in ("open_question", "change_id")]
        return DialogueStateTracker.from_events("p~main", [heard, *set_to], waiting)

    def test_what_waits_for_an_answer_is_open(self):
        closed = {"intent": "greet", "entities": [], "open": False, "model": "m"}
        self.assertEqual(standing.standing_of(self.tracker()), closed)
        self.assertEqual(standing.standing_of(self.tracker(change_id=None)), closed)
        for slot, value in (("open_question", {"skill": "x"}), ("change_id", "c-1")):
            found = standing.standing_of(self.tracker(**{slot: value}))
            self.assertEqual(found, {**closed, "open": True})
        form = self.tracker()
        form.update(ActiveLoop("affordability_form"))
        self.assertTrue(standing.standing_of(form)["open"])
        form.update(ActiveLoop(None))
        self.assertFalse(standing.standing_of(form)["open"])

    def test_what_was_named_is_told_in_one_order(self):
        named = [{"entity": "period", "value": "May"}, {"entity": "category", "value": "fuel"}]
        said = {"intent": {"name": "spending_report"}, "entities": named}
        heard = UserUttered("hi", said["intent"], named, parse_data=said)
        tracker = DialogueStateTracker.from_events("p~main", [heard], [])
        found = standing.standing_of(tracker)["entities"]
        self.assertEqual(found, [["category", "fuel"], ["period", "May"]])

    def test_a_conversation_that_never_was(self):
        nothing = {"intent": None, "entities": [], "open": False, "model": None}
        self.assertEqual(standing.standing_of(None), nothing)


class EventFileTest(unittest.TestCase):
    def test_survives_rotation_and_is_private(self):
        path = Path(tempfile.mkdtemp()) / "events" / "conversations.jsonl"
        broker = EventFile(str(path))
        broker.publish({"event": "user", "text": "how much at Café Zoë?\nnow"})
        old = path.rename(path.with_suffix(".1"))
        broker.publish({"event": "user", "text": "second"})
        self.assertEqual(len(old.read_text().splitlines()), 1)
        self.assertEqual(json.loads(path.read_text())["text"], "second")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        path.unlink()
        broker.publish({"event": "user", "text": "third"})
        self.assertEqual(json.loads(path.read_text())["text"], "third")

    def test_a_full_disk_does_not_stop_the_turn(self):
        with self.assertLogs("bot.components.event_file", "ERROR"):
            EventFile("/dev/full").publish({"event": "user"})


class RemoteActionTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.calls, self.connections = [], set()
        self.reply = {"events": [{"event": "slot", "name": "frame", "value": 1}], "responses": []}

        async def webhook(request):
            self.connections.add(request.transport.get_extra_info("peername"))
            self.calls.append(await request.json())
            return web.json_response(self.reply)

        app = web.Application()
        app.router.add_post("/webhook", webhook)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.endpoint = EndpointConfig(f"http://127.0.0.1:{port}/webhook")
        self.tracker = DialogueStateTracker("p~main", DOMAIN.slots)
        for n in range(8):
            self.tracker.update_with_events(turn(n), DOMAIN)

    async def asyncTearDown(self):
        await remote_action.kept_open(self.endpoint).session()._client.close()
        await self.runner.cleanup()

    async def run_action(self, kind):
        return await kind("action_answer", self.endpoint).run(None, None, self.tracker, DOMAIN)

    async def test_same_call_and_events_as_rasas_but_for_domain_and_old_turns(self):
        ours = await self.run_action(remote_action.LeanRemoteAction)
        theirs = await self.run_action(RemoteAction)
        self.assertEqual([(e.key, e.value) for e in ours], [(e.key, e.value) for e in theirs])
        lean, full = self.calls
        self.assertEqual(lean.pop("domain"), {})
        full.pop("domain")
        sent, held = lean["tracker"].pop("events"), full["tracker"].pop("events")
        self.assertEqual(sent, held[-len(sent) :])
        self.assertEqual(sum(event["event"] == "user" for event in sent), 3)
        self.assertEqual(lean, full)

    async def test_one_connection_serves_many_calls(self):
        for _ in range(5):
            await self.run_action(remote_action.LeanRemoteAction)
        self.assertEqual(len(self.connections), 1)

    async def test_a_malformed_answer_is_refused(self):
        self.reply = {"events": "none"}
        with self.assertRaises(ValidationError):
            await self.run_action(remote_action.LeanRemoteAction)


class Count(GraphComponent):
    """Adds one to the sum of what it is given."""

    runs = 0

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def add(self, a, b=0):
        Count.runs += 1
        return a + b + 1


class GraphRunnerTest(unittest.TestCase):
    def test_runs_what_dask_runs(self):
        def node(**needs):
            return SchemaNode(
                needs=needs, uses=Count, constructor_name="create", fn="add", config={}
            )

        schema = GraphSchema(
            {
                "both": node(a="left", b="right"),
                "right": node(a="left"),
                "left": node(a="start"),
                "aside": node(a="start"),
            }
        )
        schema.nodes["both"].is_target = True
        context = ExecutionContext(schema, model_id="m")
        ours = SequentialGraphRunner.create(schema, storage(), context)
        theirs = DaskGraphRunner.create(schema, storage(), context)
        for start in (1, 5):
            for targets in (None, ["both"], ["right"], ["aside", "left"]):
                inputs = {"start": start}
                self.assertEqual(ours.run(inputs, targets), theirs.run(inputs, targets))
        Count.runs = 0
        ours.run({"start": 1}, ["right"])
        self.assertEqual(Count.runs, 2)
        with self.assertRaises(GraphRunError):
            ours.run({"left": 1})


class WithoutTensorflowTest(unittest.TestCase):
    def test_names_exist_but_objects_do_not(self):
        import tensorflow as tf

        class Layer(tf.keras.layers.Layer):
            pass

        with self.assertRaisesRegex(RuntimeError, "TensorFlow"):
            Layer()
        self.assertNotIn("cannot", tf.function(lambda: "decorated")())


if __name__ == "__main__":
    asyncio.set_event_loop_policy(None)
    unittest.main()
