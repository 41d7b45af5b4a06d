#!/usr/bin/env python3
"""Timbre called from another language: Python, by ctypes and the contract's data alone, without any header.

usage: host.py calls LIBRARY CONTRACT     every function declared and every wrong call made, in this process
       host.py alice LIBRARY CONTRACT     a conversation with a second process, which this one starts

The conversation needs TIMBRE_TEST_URL, TIMBRE_TEST_APP, TIMBRE_TEST_SIG_ALICE and TIMBRE_TEST_SIG_BOB.
Exit status 0: everything was as it should be.
"""
import ctypes as C
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading

PATIENCE = 30


class Library:
    """The library with every function declared as the contract says."""

    def __init__(self, path, contract):
        def load(name):
            with open(os.path.join(contract, name), encoding="utf8") as f:
                return json.load(f)

        self.functions = {f["name"]: f for f in load("functions.json")}
        self.callbacks = {c["name"]: c for c in load("callbacks.json")}
        self.dll = C.CDLL(path)
        self.types = {
            name: C.CFUNCTYPE(None, *[self.plain(t) for _, t in c["params"]]) for name, c in self.callbacks.items()
        }
        for name, f in self.functions.items():
            function = getattr(self.dll, name)
            function.argtypes = [self.types.get(t) or self.plain(t) for _, t in f["params"]]
            function.restype = None if f["returns"] == "void" else self.plain(f["returns"])

    @staticmethod
    def plain(t):
        known = {
            "const char*": C.c_char_p,
            "char*": C.c_char_p,
            "const void*": C.c_void_p,
            "bool": C.c_bool,
            "int32_t": C.c_int32,
            "int64_t": C.c_int64,
            "uint32_t": C.c_uint32,
            "uint64_t": C.c_uint64,
        }
        return known.get(t, C.c_int)  # what remains is int, and enums

    def __getattr__(self, name):
        return getattr(self.dll, name)


class Completions:
    """Completion callbacks, kept alive until they have run, each answer in a queue."""

    def __init__(self, library):
        self.answers = queue.Queue()
        self.token = 0x5eed

        def completed(code, desc, text, user_data):
            self.answers.put((code, desc.decode(), text.decode(), user_data, threading.get_ident()))

        def listed(text, _next_seq, finished, user_data):
            self.answers.put((0 if finished else 1, "", text.decode(), user_data, threading.get_ident()))

        self.plain = library.types["TIMCommCallback"](completed)
        self.list = library.types["TIMMsgGroupMessageReadMemberListCallback"](listed)

    def of_type(self, t):
        return {"TIMCommCallback": self.plain, "TIMMsgGroupMessageReadMemberListCallback": self.list}[t]

    def next(self, function):
        code, desc, text, user_data, thread = self.answers.get(timeout=PATIENCE)
        assert user_data == self.token, f"user_data came back as {user_data}"
        inside = thread == threading.main_thread().ident
        # The id callback of this one is the only exception.
        assert not inside or function == "TIMMsgSendNewMsgEx", f"{function}: a callback ran inside the call"
        return code, desc, text


def start(library, home, **more):
    config = {"sdk_config_config_file_path": home, "sdk_config_log_file_path": home, **more}
    app = int(os.environ.get("TIMBRE_TEST_APP", "1400000001"))
    assert library.TIMInit(app, json.dumps(config).encode()) == 0


def be_quiet(library):
    library.TIMSetConfig(b'{"set_config_is_log_output_console":false}', library.types["TIMCommCallback"](), None)


def arguments(library, function, given, completions):
    given = iter(given)
    for name, t in library.functions[function]["params"]:
        if t in library.types:
            yield completions.of_type(t)
        elif t == "const void*":
            yield completions.token
        elif t == "char*":
            yield C.create_string_buffer(128)
        else:
            value = next(given)
            yield value.encode("utf8", "surrogateescape") if isinstance(value, str) else value


def wrong_calls(library, contract):
    completions = Completions(library)
    calls = []
    folder = os.path.join(contract, "wrong_calls")
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf8") as f:
            calls += json.load(f)
    wrong = 0
    with tempfile.TemporaryDirectory() as home:
        for state in ("before init", "not logged in"):
            for call in (c for c in calls if c["state"] == state):
                if state == "not logged in":
                    start(library, home)
                name = call["function"]
                returned = getattr(library, name)(*arguments(library, name, call["args"], completions))
                if isinstance(returned, bytes):
                    returned = None
                expected = call.get("callbacks", int(call.get("code") is not None))
                answers = [completions.next(name) for _ in range(expected)]
                good = returned == call["returns"] or call["returns"] is None
                for code, desc, text in answers:
                    good &= code == call["code"]
                    good &= call.get("desc") in (None, desc)
                    good &= call.get("json_params") in (None, text)
                if not good:
                    wrong += 1
                    print(f"{name} {call['case']}, {state}: returned {returned}, called back {answers}; wanted {call}")
        library.TIMUninit()
    print(f"{len(calls)} wrong calls, {wrong} answered otherwise than the contract says")
    return wrong == 0 and completions.answers.empty()


def registrations(library):
    """Every event callback of the contract is accepted, and removed again."""
    setters = [f for f in library.functions.values() if f["returns"] == "void" and f["name"].startswith("TIMSet")]
    for f in setters:
        callback = library.types[f["params"][0][1]]
        function = getattr(library, f["name"])
        function(callback(lambda *_: None), 7)
        function(callback(), None)
    print(f"{len(setters)} event callbacks registered and removed")


class User:
    """One user of one process."""

    def __init__(self, library, name, home):
        self.library, self.completions, self.received = library, Completions(library), queue.Queue()

        def receive(text, user_data):
            assert user_data == 9
            for message in json.loads(text.decode()):
                self.received.put(message)

        # The library keeps the pointer: the object has to stay.
        self.receive = library.types["TIMRecvNewMsgCallback"](receive)
        be_quiet(library)
        library.TIMAddRecvNewMsgCallback(self.receive, 9)
        start(library, home, sdk_config_server_url=os.environ["TIMBRE_TEST_URL"])
        sig = os.environ["TIMBRE_TEST_SIG_" + name.upper()].encode()
        self.call("TIMLogin", name.encode(), sig)
        buffer = C.create_string_buffer(128)
        assert library.TIMGetLoginUserID(buffer) == 0 and buffer.value == name.encode()

    def call(self, name, *args):
        function = getattr(self.library, name)
        assert function(*args, self.completions.plain, self.completions.token) == 0, name
        code, desc, text = self.completions.next(name)
        assert code == 0, f"{name}: {code} {desc}"
        return json.loads(text) if text else None

    def send(self, to, text):
        element = {"elem_type": 0, "text_elem_content": text}
        message = json.dumps({"message_elem_array": [element]}, ensure_ascii=False).encode()
        buffer = C.create_string_buffer(128)
        sent = self.call("TIMMsgSendMessage", to.encode(), 1, message, buffer)
        assert sent["message_msg_id"] == buffer.value.decode() and sent["message_status"] == 2, sent
        return sent

    def hear(self, text):
        message = self.received.get(timeout=PATIENCE)
        assert message["message_elem_array"][0]["text_elem_content"] == text, message
        return message


GREETING = 'Grüße "alice" \\ 你好 \U0001f600'


def bob(library):
    with tempfile.TemporaryDirectory() as home:
        user = User(library, "bob", home)
        print("ready", flush=True)
        message = user.hear(GREETING)
        user.send(message["message_sender"], "heard: " + GREETING)
        library.TIMUninit()


def alice(library, arguments):
    with tempfile.TemporaryDirectory() as home:
        other = subprocess.Popen([sys.executable, __file__, "bob", *arguments], stdout=subprocess.PIPE, text=True)
        assert other.stdout.readline() == "ready\n"
        user = User(library, "alice", home)
        sent = user.send("bob", GREETING)
        answer = user.hear("heard: " + GREETING)
        assert answer["message_conv_id"] == "bob" and not answer["message_is_from_self"]
        param = json.dumps({"msg_getmsglist_param_count": 20}).encode()
        history = user.call("TIMMsgGetMsgList", b"bob", 1, param)
        ids = [m["message_msg_id"] for m in history[:2]]
        assert ids == [answer["message_msg_id"], sent["message_msg_id"]], ids
        (conversation,) = [c for c in user.call("TIMConvGetConvList") if c["conv_id"] == "bob"]
        assert conversation["conv_unread_num"] == 1, conversation
        assert other.wait(PATIENCE) == 0
        library.TIMUninit()
        assert library.TIMGetLoginStatus() == 3
    print("alice and bob have talked")


def main():
    what, *rest = sys.argv[1:]
    library = Library(*rest)
    if what == "calls":
        be_quiet(library)
        print(f"{len(library.functions)} functions declared")
        registrations(library)
        return 0 if wrong_calls(library, rest[1]) else 1
    if what == "bob":
        bob(library)
    else:
        alice(library, rest)
    return 0


sys.exit(main())
