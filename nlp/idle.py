"""Idle talk: 好的, 顶, 哈哈, 路过.  What is nothing but the small change of a forum says nothing of what it stands under.

Phrases and particles are taken out; where no Chinese character is left, nothing was said.  So whatever else somebody says makes
it no idle talk: 「顶，我们小区也漏水」, 「太吵了」.
"""

from __future__ import annotations

import re

from nlp.sheet import Sheet

_PHRASES = """
顶 帮顶 顶起 顶起来 顶上去 顶上来 别沉 不要沉 沉了 支持 力挺 路过 飘过 经过 沙发 板凳 地板 前排 后排 占楼 占座 占位 占坑 抢楼
围观 吃瓜 吃瓜群众 瓜子 坐等 等更 等更新 等后续 等结果 蹲 后续 更新 跟帖 回帖 马克 码住 插眼 收藏 关注 打卡 签到 报到 冒泡 潜水
灌水 水贴 打酱油 酱油 看看 看热闹 热闹 来看 进来看 看过 看完 已看 已阅 阅 收到 好的 好滴 好吧 好嘞 行吧 可以 嗯 哦 噢 知道了
明白 了解 懂了 学习 受教 涨知识 长知识 长见识 分享 谢谢 多谢 感谢 谢了 辛苦 加油 赞 点赞 好评 给力 厉害 牛 牛逼 棒 不错 很好
说得好 说得对 说的对 说得是 有道理 有意思 有点意思 同意 赞同 附议 同上 没错 对的 是的 不明觉厉 围笑 微笑 偷笑 捂脸 狗头 滑稽
笑死 笑死我 笑哭 笑喷 绷不住 早安 早上好 上午好 中午好 下午好 晚上好 晚安 早 周末愉快 节日快乐 新年快乐 生日快乐 祝好 一生平安 好人
转发 转发微博 转 转了 存在感 刷存在 刷 抢到 开心 高兴 加一 继续 第一 第一个 回头 再看 慢慢看 小板凳 搬好
楼主 楼上 层主 路人 纯路人 群众 大家 各位 朋友们 亲们 亲 同学们 大佬 大神
"""
_PARTICLES = """
的 了 吧 啊 呀 呢 吗 哈 呵 嘿 嘻 嘛 啦 哇 诶 欸 唉 哎 喽 咯 呗 么 滴 哒 就 也 都 来 去 先 又 再 还 一个 一下 一会 一次 一波 第 天 已经 个 咦
"""
_LISTED = sorted({*_PHRASES.split(), *_PARTICLES.split()}, key=lambda said: (-len(said), said))
_SMALL_CHANGE = re.compile("|".join(_LISTED))
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def is_idle(sheet: Sheet) -> bool:
    """Whether the post is idle talk and nothing else."""
    return is_small_change(f"{sheet.title.text} {sheet.body.text}")


def is_small_change(text: str) -> bool:
    """Whether nothing is left of it, or it is one character."""
    said = _CHINESE.findall(text)
    return len(said) < 2 or not _CHINESE.search(_SMALL_CHANGE.sub("", text))
