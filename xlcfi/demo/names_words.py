"""The words that names of people and companies are put together from."""

# ruff: noqa: E501 - tables of letters

from __future__ import annotations


def _listed(text: str, between: str = " ") -> tuple[str, ...]:
    return tuple(text.split(between))


# Family names of Korea with their rough share of the population in percent.
KR_FAMILY: tuple[tuple[str, float], ...] = (
    ("김", 21.5), ("이", 14.7), ("박", 8.4), ("최", 4.7), ("정", 4.3), ("강", 2.4), ("조", 2.1), ("윤", 2.1),
    ("장", 2.0), ("임", 1.7), ("한", 1.5), ("오", 1.5), ("서", 1.5), ("신", 1.5), ("권", 1.4), ("황", 1.4),
    ("안", 1.4), ("송", 1.4), ("류", 1.3), ("전", 1.1), ("홍", 1.1), ("고", 0.9), ("문", 0.9), ("양", 0.9),
    ("손", 0.9), ("배", 0.8), ("백", 0.8), ("허", 0.7), ("유", 0.6), ("남", 0.6), ("심", 0.5), ("노", 0.5),
    ("하", 0.5), ("곽", 0.4), ("성", 0.4), ("차", 0.4), ("주", 0.4), ("우", 0.4), ("구", 0.4), ("민", 0.3),
    ("진", 0.3), ("나", 0.3), ("엄", 0.3), ("채", 0.3), ("원", 0.3), ("천", 0.2), ("방", 0.2), ("현", 0.2),
    ("남궁", 0.05), ("선우", 0.03), ("황보", 0.03),
)  # fmt: skip

KR_GIVEN = _listed(
    "민준 서준 도윤 예준 시우 하준 주원 지호 지후 준우 준서 도현 건우 현우 우진 선우 서진 연우 "
    "유준 정우 승우 승현 시윤 준혁 은우 지환 승민 지우 유찬 윤우 민성 준영 시후 진우 수호 동현 "
    "재윤 민재 태윤 재원 상우 동욱 상훈 성민 성호 영호 영수 정호 경수 종현 재석 창민 태호 병철 "
    "광수 명수 기현 형준 진혁 세훈 용준 규현 한결 하람 이든 서연 서윤 지우 서현 하은 하윤 민서 "
    "지유 윤서 채원 수아 지민 지아 지윤 은서 다은 예은 수빈 소율 예린 하린 소윤 예원 시은 지안 "
    "유나 채은 가은 윤아 민지 유진 수민 현주 미경 은정 은주 지영 혜진 혜원 선영 미영 정희 영희 "
    "순자 경희 정숙 미숙 은영 수진 지현 보람 아름 슬기 다솜 나래 효진 소영 주희 연주 세영 나영 "
    "가영 진아 보영"
)

JP_FAMILY = _listed(
    "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 "
    "斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 "
    "村上 遠藤 青木 坂本"
)
JP_GIVEN = _listed(
    "陽翔 蓮 湊 蒼 樹 大翔 悠真 翔太 健太 大輔 拓也 直樹 亮 誠 浩 隆 修 和也 陽菜 葵 紬 "
    "結菜 凛 芽依 莉子 美咲 さくら 結衣 愛 彩 美穂 由美 恵子 久美子 裕子 明美 真由美 千尋 遥 "
    "奈々"
)

CN_FAMILY = _listed(
    "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 邓 "
    "冯 韩 曹 曾 彭 萧 蔡 潘 田 董 袁 于 余"
)
CN_GIVEN = _listed(
    "伟 芳 娜 敏 静 丽 强 磊 洋 艳 勇 军 杰 涛 明 超 秀英 霞 平 刚 桂英 子涵 浩然 欣怡 "
    "宇轩 梓萱 一诺 诗涵 俊杰 雨桐 佳琪 思远 晓明 海燕 建国 志强 美玲 雪梅 婷婷 嘉怡"
)

VN_FAMILY = _listed("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý")
VN_GIVEN = _listed(
    "Văn Anh|Thị Lan|Minh Tuấn|Thu Hà|Quang Huy|Ngọc Mai|Đức Anh|Thanh Thảo|Hữu Nam|Thị Hương|Gia Bảo|"
    "Khánh Linh|Thành Đạt|Phương Anh|Quốc Việt|Bích Ngọc|Hải Yến|Tuấn Kiệt|Thị Hồng|Mỹ Linh|Công Danh|Thảo Vy|"
    "Anh Khoa|Thùy Trang",
    "|",
)

TH_GIVEN = _listed(
    "Somchai Somsak Anong Kanya Niran Prasert Sunisa Apinya Chaiwat Ratana Wichai Malee Nattapong Siriporn "
    "Thanakorn Pimchanok Arthit Kittisak Supaporn Waraporn Chanida Pakorn Jirayu Napat"
)
TH_FAMILY = _listed(
    "Wongsakul Srisuwan Chaiyasit Boonmee Rattanakorn Suksawat Thongchai Phromma Saelim Intarasombat Kaewmanee "
    "Jaidee Pongpanich Charoenwong Yodkham Sombatpanich Nakornthai Chanthara"
)

SG_FAMILY = _listed("Tan Lim Lee Ng Ong Wong Goh Chua Chan Koh Teo Ang Yeo Tay Ho Low Sim Toh")
SG_GIVEN = _listed(
    "Wei Ling|Jun Wei|Hui Min|Kai Xiang|Mei Yi|Zhi Hao|Xin Yi|Jia Hui|Wei Jie|Shu Ting|Yong Sheng|Li Ting|"
    "Jun Hao|Pei Shan|Rachel|Marcus|Cheryl|Desmond|Adeline|Benjamin",
    "|",
)

EN_GIVEN = _listed(
    "James Mary John Patricia Robert Jennifer Michael Linda David Elizabeth William Barbara Richard Susan "
    "Joseph Jessica Thomas Sarah Daniel Karen Matthew Lisa Anthony Nancy Mark Emily Steven Ashley Andrew Megan "
    "Kevin Olivia Brian Hannah Ethan Sophia Noah Grace Lucas Chloe"
)
EN_FAMILY = _listed(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Martinez Wilson Anderson Taylor Moore Jackson "
    "Martin Lee Perez Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Hill "
    "Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts"
)

DE_GIVEN = _listed(
    "Lukas Leon Finn Jonas Paul Felix Maximilian Stefan Andreas Thomas Jürgen Uwe Anna Lena Emma Mia Hannah "
    "Lea Sabine Katrin Petra Monika Julia Claudia"
)
DE_FAMILY = _listed(
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf "
    "Schröder Neumann Braun Zimmermann Krüger"
)

FR_GIVEN = _listed(
    "Lucas Hugo Louis Gabriel Arthur Jules Nicolas Julien Philippe Laurent Emma Jade Louise Alice Chloé "
    "Camille Léa Manon Sophie Nathalie Isabelle Aurélie Céline Élodie"
)
FR_FAMILY = _listed(
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel "
    "Garcia Roux Fournier Girard Bonnet Dupont"
)

# Invented names of food makers: a picture of a place, and a corner of a Korean household or village.
BRAND_HEADS = _listed(
    "달빛 솔바람 구름 여울 산들 노을 새벽 이슬 너울 미리내 온새 윤슬 물안개 돌담 들꽃 갈대 두메 "
    "꽃내음 햇귀 소나기 가랑비 눈꽃 별밤 나들목 감나무 느티 억새 모래톱 초승달 외갓 은행잎 박꽃 "
    "도토리 반딧불 뻐꾸기 제비꽃"
)
BRAND_TAILS = _listed("뜰 마루 곳간 부엌 장독 밥상 고을 나루 우물 언덕 아궁이 가마솥 텃밭 상회 마당 골목 사랑채 툇마루")

SELLER_FORMS = (
    "{brand}", "{brand}식품", "{brand}푸드", "(주){brand}", "{brand} 영농조합법인", "농업회사법인 {brand}", "{brand}에프앤비",
    "{brand}협동조합", "{brand}상사", "{brand}직매장", "{brand}유통", "{brand} 본점",
)  # fmt: skip
