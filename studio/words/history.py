"""The words of the History and Compare tabs, in English and Chinese."""

HISTORY: dict[str, tuple[str, str]] = {
    "history": ("History", "历史"),
    "history_sentence": (
        "Every finished picture, with its recipe and scores. Click one to see it large, draw it again or compare it.",
        "每张画完的图片，连同它的配方与评分。点击可放大、重画或拿来对比。",
    ),
    "history_search": ("Search", "搜索"),
    "history_search_help": (
        "Words of the prompt, class, style, rule or sampler; “seed 3” finds a seed.",
        "提示词、类别、风格、规则或采样器中的词；“seed 3” 查找种子。",
    ),
    "history_world_help": ("Only pictures of this world.", "只看这个世界的图片。"),
    "history_rule": ("Guidance", "引导"),
    "history_rule_help": ("Only pictures that were guided in this way.", "只看以这种方式引导的图片。"),
    "history_starred": ("Starred only", "只看星标"),
    "history_starred_help": (
        "Starred pictures are never cleaned away when the history is full.",
        "历史存满时，带星标的图片永远不会被清理。",
    ),
    "history_count": ("{first}–{last} of {total}", "第 {first}–{last} 张，共 {total} 张"),
    "history_empty": (
        "No pictures yet. What is drawn on any tab will stand here.",
        "还没有图片。各页画完的图都会出现在这里。",
    ),
    "history_none": ("Nothing matches this search.", "没有符合条件的图片。"),
    "history_newer_page": ("Newer", "更新的"),
    "history_older_page": ("Older", "更早的"),
    "history_star": ("Star", "加星标"),
    "history_unstar": ("Remove the star", "取消星标"),
    "history_play": ("Open in Play", "在“试玩”中打开"),
    "history_a": ("Compare as A", "作为 A 对比"),
    "history_b": ("Compare as B", "作为 B 对比"),
    "history_delete": ("Delete", "删除"),
    "history_undo": ("Undo the deletion", "撤销删除"),
    "history_deleted": ("Deleted. It can come back within an hour.", "已删除。一小时内可以恢复。"),
    "history_restored": ("It is back.", "已恢复。"),
    "history_export": ("Export what is found", "导出搜索结果"),
    "history_exporting": ("Writing the file…", "正在写文件……"),
    "history_exported": (
        "{pictures} pictures with their recipes; {missing} picture files were missing.",
        "{pictures} 张图片及其配方；缺失 {missing} 个图片文件。",
    ),
    "history_made": ("drawn", "绘制于"),
    "history_visitor": (
        "This history is yours alone, and is forgotten when you close the page.",
        "这份历史只属于你，关闭页面后即被清除。",
    ),
    "python": ("Copy as Python", "复制为 Python"),
    "json": ("Recipe as JSON", "配方 JSON"),
    # trouble
    "history_locked": (
        "The history is busy in another studio, so this was not kept: {reason}. Save the PNG, or try again.",
        "历史正被另一个工作室占用，未能保存：{reason}。请另存 PNG 或重试。",
    ),
    "history_full": (
        "The disk is full, so this was not kept in the history: {reason}. Save the PNG, or free some room.",
        "磁盘已满，未能存入历史：{reason}。请另存 PNG 或腾出空间。",
    ),
    "history_closed": (
        "The folder of the history cannot be written or read: {reason}. Runs go on; choose another with --history.",
        "无法读写历史文件夹：{reason}。绘制不受影响；可用 --history 另选文件夹。",
    ),
    "history_newer": (
        "A newer studio has written this history: {reason}. It is left as it is; start the newer one to see it.",
        "这份历史由更新版本的工作室写成：{reason}。未作改动；请用新版本打开。",
    ),
    "history_failed": ("The history could not do that: {reason}", "历史操作失败：{reason}"),
    "history_gone": (
        "The picture file is gone or damaged: {reason}. Its recipe is still here: open it in Play and draw it again.",
        "图片文件已丢失或损坏：{reason}。配方仍在：可在“试玩”中打开重画。",
    ),
    "history_unknown": (
        "There is no picture number {reason} in the history any more.",
        "历史中已没有编号 {reason} 的图片。",
    ),
    "history_damaged": (
        "The database of the history was damaged. It was set aside in {reason}, and a new one was begun with the "
        "recipes that the picture files hold.",
        "历史数据库已损坏，旧文件保留在 {reason} 中；已用图片文件中的配方重建新的历史。",
    ),
    "other_revision": (
        "Another revision of the world “{world}” drew this ({there}; here is {here}): the pictures may differ.",
        "此配方由世界“{world}”的另一版本绘制（{there}；当前为 {here}）：画面可能不同。",
    ),
    # compare
    "compare": ("Compare", "对比"),
    "compare_sentence": (
        "Two recipes, the same seeds: what changes in the picture, and what in the recipe. "
        "A and B are columns of the Play or the Draw tab, or any pictures of the history.",
        "两个配方、同样的种子：看画面与配方各有什么不同。A 与 B 可以是“试玩”页或“画图”页的列，也可以是历史中的任意图片。",
    ),
    "compare_a": ("A", "A"),
    "compare_b": ("B", "B"),
    "compare_columns": ("Columns of the Play tab", "“试玩”页的列"),
    "compare_history": ("From the history", "来自历史"),
    "compare_seeds_help": (
        "Both are drawn from these seeds; what is drawn already is not drawn again.",
        "两者都从这些种子开始画；已画过的不再重画。",
    ),
    "compare_draw": ("Draw both", "两个都画"),
    "compare_swap": ("Swap A and B", "交换 A 与 B"),
    "compare_slider": ("A | B", "A | B"),
    "compare_difference": ("Difference", "差异"),
    "compare_differences": ("What differs", "不同之处"),
    "compare_same": ("Nothing: the two recipes are the same.", "没有不同：两个配方相同。"),
    "compare_one": ("One thing differs:", "只有一处不同："),
    "compare_many": ("{count} things differ:", "有 {count} 处不同："),
    "compare_alike": ("The pictures are equal to the bit.", "两张图片逐位相同。"),
    "compare_scale": (
        "|A − B| × {factor}, per colour: mean {mean}, at most {most} of 255; {share} % of the pixels differ.",
        "|A − B| × {factor}（逐颜色通道）：平均 {mean}，最大 {most}（满分 255）；{share}% 的像素不同。",
    ),
    "compare_resized": (
        "The smaller one was enlarged to the size of the other first.",
        "较小的一张先放大到另一张的尺寸。",
    ),
    "compare_missing": ("Not drawn yet", "尚未绘制"),
    "compare_choose": ("Choose an A and a B.", "请选择 A 和 B。"),
    "compare_ready": (
        "Seeds without a picture on both sides: press “Draw both”.",
        "有些种子两侧尚未都有图：按“两个都画”。",
    ),
    "compare_running": ("{side}, step {index} of {total}", "{side}，第 {index}/{total} 步"),
    "compare_done": ("{pictures} pictures in {seconds} s.", "{pictures} 张图片，用时 {seconds} 秒。"),
    "compare_nothing": ("Everything is drawn already.", "全都已经画好。"),
    "compare_show": ("Show seed", "显示种子"),
    "none": ("none", "无"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "further_pulls": ("Further pulls", "更多拉力"),
    # the page
    "language": ("中文", "English"),
    "keep_column_help": (
        "The chosen column's recipe, as a program that makes the same pixels or as a file. "
        "A PNG or JSON can also be dropped anywhere on the page; of one seed of several, at most one level of 255 is off, in at "
        "most one value in a hundred.",
        "所选列的配方：复制为能画出同样像素的程序，或存为文件。PNG 或 JSON 也可以拖放到页面任意位置；若只重画多个种子中的一个，"
        "至多百分之一的颜色值会差一级（满级 255）。",
    ),
}
