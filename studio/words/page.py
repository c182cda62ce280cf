"""The words of the page, on whichever tab: what it is, and what happens with what was asked."""

PAGE: dict[str, tuple[str, str]] = {
    # the page
    "title": ("Guidance studio", "引导工作室"),
    "sentence": (
        "One model, the same seeds, different guidance: read across a row to see what guidance changes, "
        "down a column to see how much variety is left.",
        "同一个模型、同样的种子、不同的引导：横着看一行，是引导带来的变化；竖着看一列，是还剩下多少多样性。",
    ),
    "hint": (
        "Click a picture to see it large, with its seed and recipe.",
        "点击图片可放大，并查看它的种子和配方。",
    ),
    "play": ("Play", "试玩"),
    # states
    "ready": ("Ready.", "就绪。"),
    "example": (
        "Drawn earlier with these settings. Press Generate to draw them here.",
        "以上是预先画好的。按“生成”即可现画。",
    ),
    "changed": ("Changed, not drawn yet.", "设置已改，尚未重画。"),
    "changed_rest": ("The rest is changed, not drawn yet.", "其余已改，尚未重画。"),
    "empty": ("Nothing drawn yet. Press Generate.", "还没有图片。请按“生成”。"),
    "waiting": ("Waiting for a turn…", "排队中…"),
    "not_begun": ("Cancelled before it began.", "尚未开始即已取消。"),
    "unread": (
        "Not begun: nobody asked for the answer within {seconds} seconds of the call.",
        "没有开始：调用后 {seconds} 秒内无人来取结果。",
    ),
    "given_away": (
        "Not begun: so many are waiting that this place went to somebody with fewer. Please try again in a moment.",
        "没有开始：排队的人太多，这个位置让给了占得更少的人。请稍后再试。",
    ),
    "queue_full": (
        "Too many people are waiting, and nothing was begun. Please try again in a moment.",
        "排队的人太多，这次没有开始。请稍后再试。",
    ),
    "loading": ("Loading the model… the first time takes a few seconds.", "正在载入模型……首次需要几秒钟。"),
    "running": (
        "Column {column} of {columns}, step {index} of {total}",
        "第 {column}/{columns} 列，第 {index}/{total} 步",
    ),
    "enlarging": ("Drawing the pictures at twice the side…", "正在以两倍边长重画图片……"),
    "judging": ("Measuring the pictures…", "正在测量图片……"),
    "left": ("{seconds} s left", "还剩 {seconds} 秒"),
    "previewing": ("Preview: step {index} of {total}", "预览：第 {index}/{total} 步"),
    "previewed": (
        "Preview in {steps} steps, {seconds} s. Press Generate for the real thing.",
        "{steps} 步预览，用时 {seconds} 秒。按“生成”得到正式结果。",
    ),
    "done": ("{pictures} pictures in {seconds} s.", "{pictures} 张图片，用时 {seconds} 秒。"),
    "cancelled": (
        "Cancelled. What was drawn stays; press Generate to start again.",
        "已取消。已画的保留；按“生成”重新开始。",
    ),
    "loaded": ("Recipe loaded. Press Generate to draw it.", "配方已载入。按“生成”来画。"),
    "loaded_rest": (
        "The rest of the recipe is loaded; what is named here was left out.",
        "配方的其余部分已载入；这里所列的没有载入。",
    ),
    "more_problems": ("And {count} more.", "另有 {count} 处。"),
    "problem": (
        "{field} = {value} is not allowed; allowed: {allowed}.",
        "{field} = {value} 不可用；允许：{allowed}。",
    ),
    "failed": ("That did not work: {reason}", "出错了：{reason}"),
    "unsent": (
        "The pictures are drawn, but they could not be handed over: {reason}",
        "图片已画完，但无法交付：{reason}",
    ),
    "unsent_kept": (
        "The pictures are drawn and stand in the history, but they could not be handed over: {reason}",
        "图片已画完并存入历史，但无法交付：{reason}",
    ),
    "unknown_word": ("“{word}” was not understood.", "没看懂“{word}”。"),
    "unknown_near": (
        "“{word}” was not understood; known and near: {near}.",
        "没看懂“{word}”；相近的有：{near}。",
    ),
    "no_label": (
        "Classifier guidance was left out: no class is chosen, and the prompt belongs to none.",
        "没有使用分类器引导：未选类别，提示词也不属于任何类别。",
    ),
    "no_text": (
        "CLIP guidance was left out: it needs a prompt, a style or a class.",
        "没有使用 CLIP 引导：它需要提示词、风格或类别。",
    ),
    "no_condition": (
        "w has no effect: there is no prompt, style, class or negative prompt.",
        "w 不起作用：没有提示词、风格、类别或反向提示词。",
    ),
    "no_negative": (
        "The negative prompt has no effect unless w is above 0 or between −1 and 0.",
        "只有 w 大于 0 或在 −1 与 0 之间时，反向提示词才起作用。",
    ),
    "no_class": (
        "This world knows classes only, and the prompt names none of them: {classes}.",
        "这个世界只认识类别，而提示词里没有：{classes}。",
    ),
    "one_class": (
        "This world draws one class a picture: {drawn}, and not {left_out}.",
        "这个世界每张图只画一个类别：{drawn}，不画 {left_out}。",
    ),
    "no_judge": ("No scores: {reason}", "没有评分：{reason}"),
}
