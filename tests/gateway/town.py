"""The people and rooms every gateway test starts with."""

from tests.gateway.driver import Gateway

BOT, WANG, LI, ZHAO = "wxid_bot", "wxid_wang", "wxid_li", "wxid_zhao"
ROOM, OTHER_ROOM = "1@chatroom", "2@chatroom"
BOT_NAME = "小助手(1号)"


def settle(gateway: Gateway, *, login: bool = True) -> None:
    """Three neighbours, two rooms, and our account logged in."""
    gateway.do("contact", id=BOT, name=BOT_NAME)
    gateway.do("contact", id=WANG, name="王婶", friend=True)
    gateway.do("contact", id=LI, name="李哥")
    gateway.do("contact", id=ZHAO, name="赵姐")
    gateway.do("room", id=ROOM, topic="一号楼邻居群", members=[BOT, WANG, LI], owner=LI)
    gateway.do("room", id=OTHER_ROOM, topic="二号楼邻居群", members=[BOT, WANG, ZHAO], owner=ZHAO)
    if login:
        gateway.do("login", id=BOT)
