"""The quoted block is split off, whatever the phone or gateway made of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.quotes import split_quote

RULE = "- - - - - - - - - - - - - - -"


def _xml(title: str, reference: str) -> str:
    return (
        f'<?xml version="1.0"?><msg><appmsg appid="" sdkver="0"><title>{title}</title><type>57</type>'
        f"<refermsg>{reference}</refermsg></appmsg><fromusername>a</fromusername></msg>"
    )


@pytest.mark.parametrize(
    ("text", "quote", "words"),
    [
        (f"「王婶：桥头路灯不亮」\n{RULE}\n接单", "桥头路灯不亮", "接单"),
        (f"「Bob: 路灯不亮」\n{RULE}\n接单", "路灯不亮", "接单"),
        ("「王婶：路灯不亮」\n—————————\n接单", "路灯不亮", "接单"),
        ("「王婶：路灯不亮」\n---------------\n接单\n马上到", "路灯不亮", "接单\n马上到"),
        (f"「王婶：图片」\r\n{RULE}\r\n这是哪里", "图片", "这是哪里"),
        (f"「王婶：第一行\n第二行」\n{RULE}\n办结 好了", "第一行\n第二行", "办结 好了"),
        (f"「王婶：看「通知」里写的」\n{RULE}\n收到", "看「通知」里写的", "收到"),
        (
            f"「李哥：「王婶：路灯」\n{RULE}\n我看看」\n{RULE}\n谢谢",
            f"「王婶：路灯」\n{RULE}\n我看看",
            "谢谢",
        ),
        (f"「没有名字的引用」\n{RULE}\n好", "没有名字的引用", "好"),
        (f"「王婶：停水了」\n{RULE}\n", "停水了", ""),
    ],
)
def test_a_block_is_split_into_what_was_quoted_and_what_is_said(text: str, quote: str, words: str):
    assert split_quote(text) == (quote, words)


@pytest.mark.parametrize(
    ("reference", "quote"),
    [
        ("<type>1</type><content>路灯 &amp; 水管</content>", "路灯 & 水管"),
        ("<type>1</type><content><![CDATA[路灯不亮]]></content>", "路灯不亮"),
        ("<type>3</type><content>&lt;msg&gt;&lt;img/&gt;&lt;/msg&gt;</content>", "图片"),
        ("<type>43</type><content>x</content>", "视频"),
        ("<type>48</type><content>x</content>", "位置"),
        (
            "<type>49</type><content>&lt;msg&gt;&lt;title&gt;停水&lt;/title&gt;&lt;/msg&gt;</content>",
            "停水",
        ),
    ],
)
def test_a_quotation_as_raw_xml_says_the_same(reference: str, quote: str):
    assert split_quote(_xml("接单", reference)) == (quote, "接单")


@pytest.mark.parametrize(
    "text",
    [
        "路灯不亮",
        "「路灯」不亮",
        "「没有横线的引用」\n接单",
        "他说「好」\n- - - - - - -\n完",
        "<msg><appmsg><title>链接</title><type>5</type></appmsg></msg>",
        _xml("转账", "<type>1</type>").replace("<type>57</type>", "<type>2000</type>"),
        "",
    ],
)
def test_a_text_without_a_quotation_stays_as_it_is(text: str):
    assert split_quote(text) == (None, text)


@given(st.text(alphabet="「」：:\n- <>appmsgrefertype57/ 接单", max_size=200))
def test_no_text_breaks_the_splitter(text: str):
    quote, words = split_quote(text)
    assert quote is not None or words == text


@pytest.mark.parametrize(
    "unit", ["「", "「a：b」\n-----\n", "<appmsg><refermsg>", "<title>", "」\n-----", "<refermsg", "<type>  "]
)
def test_a_megabyte_from_a_stranger_is_read_at_once(unit: str):
    text = "「" + "<appmsg><refermsg>" + unit * (1_000_000 // len(unit))
    split_quote(text)
    split_quote(text[1:])
