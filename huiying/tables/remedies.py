"""What to do with a file that is no table that we read."""

RESAVE = "请用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV 再导入"
LOCKED = "这个 Excel 文件加了密码，读不了：请打开后取消密码，另存为 .xlsx 再导入"
