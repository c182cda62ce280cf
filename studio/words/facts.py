"""Where each rule, pull, condition and sampler is from and what it costs, in Chinese; each declares the English."""

COSTS = {
    "1 network call": "1 次网络调用",
    "2 network calls": "2 次网络调用",
    "2 network calls; 1 at w = 0": "2 次网络调用；w = 0 时 1 次",
    "2 network calls; 1 at λ = 0": "2 次网络调用；λ = 0 时 1 次",
    "2 network calls; 1 at w = 0 and w = −1": "2 次网络调用；w = 0 与 w = −1 时 1 次",
    "2 network calls; 1 at w = 0; none in the first steps": "2 次网络调用；w = 0 时 1 次；开头几步没有",
    "3 network calls; 2 at equal strengths or at w_c = 0": "3 次网络调用；两强度相等或 w_c = 0 时 2 次",
    "2 network calls; 1 in the last step": "2 次网络调用；最后一步 1 次",
    "1 network call and 1 of the weak network; 1 at w = 0": "网络与较弱网络各 1 次调用；w = 0 时共 1 次",
    "that of the inner rule": "同里面的规则",
    "that of the inner rule inside the interval, 1 network call outside": "区间内同里面的规则，区间外 1 次网络调用",
    "that of the inner rule; 2 network calls at least, where that guides": "同里面的规则；它有引导时至少 2 次网络调用",
    "that of the inner rule; 1 network call where the strength is 0": "同里面的规则；强度为 0 处 1 次网络调用",
    "no network call; the classifier and its backward pass": "无网络调用；分类器及其反向传播",
    "no network call; the classifier twice and its backward pass": "无网络调用；分类器两次及其反向传播",
    "no network call; CLIP and its backward pass": "无网络调用；CLIP 及其反向传播",
    "no network call; 1 and its backward pass when it sees “x0 exact”": "无网络调用；梯度穿过网络时 1 次及其反向传播",
    "about 0.4 network calls more for each": "每个约多 0.4 次网络调用",
    "about 0.4 network calls more for all of them together": "全部合计约多 0.4 次网络调用",
    "almost nothing": "几乎没有",
}
# Names of people stay as they are.
SOURCES = {
    "Ho & Salimans 2022, eq. 6": "Ho & Salimans 2022，式 (6)",
    "Karras et al. 2024 (a bad version of itself)": "Karras 等 2024（自身的较差版本）",
    "Ahn et al. 2024": "Ahn 等 2024",
    "Sadat et al. 2024, algorithm 1": "Sadat 等 2024，算法 1",
    "Chung et al. 2024, algorithm 2": "Chung 等 2024，算法 2",
    "Fan et al. 2025, algorithm 1": "Fan 等 2025，算法 1",
    "Brooks, Holynski & Efros 2023, eq. 3": "Brooks, Holynski & Efros 2023，式 (3)",
    "Zhang, Rao & Agrawala 2023, eq. 2 and 3": "Zhang, Rao & Agrawala 2023，式 (2) 与 (3)",
    "Zhao et al. 2023, section 3.2": "Zhao 等 2023，第 3.2 节",
    "Zhao et al. 2023, section 3.3": "Zhao 等 2023，第 3.3 节",
    "Mou et al. 2023, eq. 2 and 3": "Mou 等 2023，式 (2) 与 (3)",
    "Saharia et al. 2022 (Imagen), section 2.3": "Saharia 等 2022（Imagen），第 2.3 节",
    "Kynkäänniemi et al. 2024": "Kynkäänniemi 等 2024",
    "Lin et al. 2023, eq. 14 to 16": "Lin 等 2023，式 (14) 至 (16)",
    "Wang et al. 2024": "Wang 等 2024",
    "Dhariwal & Nichol 2021, algorithms 1 and 2": "Dhariwal & Nichol 2021，算法 1 与 2",
    "Liu et al. 2021; Nichol et al. 2021, section 2.4": "Liu 等 2021；Nichol 等 2021，第 2.4 节",
    "Gatys et al. 2016; Liu et al. 2021, without their 1/C² a layer": "Gatys 等 2016；Liu 等 2021，但各层不再乘 1/C²",
    "a guidance function of this studio; any φ: Bansal et al. 2023": "本工作室的引导函数；任意 φ：Bansal 等 2023",
    "Song, Meng & Ermon 2020, eq. 12 and 16": "Song, Meng & Ermon 2020，式 (12) 与 (16)",
    "Ho, Jain & Abbeel 2020, algorithm 2; routes: Dhariwal & Nichol 2021, algorithms 1 and 2": (
        "Ho, Jain & Abbeel 2020，算法 2；两条路线：Dhariwal & Nichol 2021，算法 1 与 2"
    ),
    "Song et al. 2021 (score SDE), eq. 6 and 13; free λ: Huang et al. 2021, Zhang & Chen 2021": (
        "Song 等 2021（score SDE），式 (6) 与 (13)；λ 任意：Huang 等 2021，Zhang & Chen 2021"
    ),
    "Song et al. 2021 (score SDE), eq. 13": "Song 等 2021（score SDE），式 (13)",
    "Karras et al. 2022, algorithm 1": "Karras 等 2022，算法 1",
    "Lu et al. 2022 (DPM-Solver++), algorithm 2; UniPC: Zhao et al. 2023; DEIS: Zhang & Chen 2022; code of diffusers": (
        "Lu 等 2022（DPM-Solver++），算法 2；UniPC：Zhao 等 2023；DEIS：Zhang & Chen 2022；代码来自 diffusers"
    ),
    "Zhou, Chen, Wang & Chen 2024, eq. 9 to 11": "Zhou, Chen, Wang & Chen 2024，式 (9) 至 (11)",
    "Liu, Gong & Liu 2022 (rectified flow), algorithm 1; shift: Esser et al. 2024, section 5.3.2": (
        "Liu, Gong & Liu 2022（rectified flow），算法 1；偏移：Esser 等 2024，第 5.3.2 节"
    ),
}
