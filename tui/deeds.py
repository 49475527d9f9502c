"""What the keys of a session stand for; each has its line in the registry of keys."""

from enum import Enum


class Deed(Enum):
    """What a key of a session stands for."""

    REPLY = "reply"
    NEW = "new"
    OWN = "own"
    AS_WHOM = "as_whom"
    REACH = "reach"
    OPTIONS = "options"
    EDIT = "edit"
    QUOTE = "quote"
    PERSON = "person"
    APPROVE = "approve"
    SPAM = "spam"
    QUEUE = "queue"
    ACCOUNTS = "accounts"
    SET_ASIDE = "set_aside"
    WATCH = "watch"
    UNDO = "undo"
    TAKE_BACK = "take_back"
    ORDER = "order"
    TOPICS = "topics"
    UNREAD = "unread"
    COPY = "copy"
    SEARCH = "search"
    BACK = "back"
    MORE_TIME = "more_time"
    CHECK = "check"
    END = "end"
