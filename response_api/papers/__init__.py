"""The office's papers as Word files, filled from what cases already know: 快报, 专报, 交办单, 转办函, 处置情况报告, 评估表, 日报, 周报, 月报.

Pure modules make an :class:`response_api.papers.layout.OfficePaper`, :mod:`response_api.papers.word` writes it.
"""
