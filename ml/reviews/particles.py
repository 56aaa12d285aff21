"""Korean particles behind a noun, and endings that show a word to be none."""

from ml.reviews.matching import words_in

# After a noun; by the sound before them where that matters: with a final consonant, without, either.
AFTER_CONSONANT = words_in(
    """
    은 이 을 과 으로 이랑 이라서 이라고
    """
)
AFTER_VOWEL = words_in(
    """
    는 가 를 와 로 랑 라서 라고
    """
)
AFTER_ANY = words_in(
    """
    도 만 의 에 에서 에게 까지 부터 보다 처럼 마다 조차 한테 께서 에는 에도 에서도 까지도 만큼 대로 치고 뿐 밖에
    이요 입니다 이에요 예요 이네요 네요
    """
)

# How verbs and adjectives end, as far as they do not look like a noun with a particle.
PREDICATE_ENDS = words_in(
    """
    요 다 죠 까 니 며 데 지 지만 서 고 던 네 함 됨 듯 냐 려 히 없이 랄 ㅂ 욤 쥬 슴 은 는
    운 른 쁜 픈 큰 된 할 될 을 먹을 해 돼 와 봐 줘 져 서도 워 려 겨 쳐 으면 하면 되면 다면
    려면 먹어 있어 없어 들어 싶어 좋아 많아 같아 받아 되어 하여 있음 없음 좋음 했음 같음 많음
    하게 있게 없게 스럽게 선한 끔한 꼼한 전한 족한 절한 편한
    """
)
# Endings that look like a noun with a particle: "느렸지만" is not "느렸지" with 만.
NEVER_NOUN_ENDS = words_in(
    """
    지만 습니다 녹아 상한 한데 는데 은데 던데
    """
)
# Stems of verbs and adjectives: what is left of "맛있는" or "좋은" is no noun.
STEM_ENDS = words_in(
    """
    있 없 하 되 좋 먹 같 싶 받 않 많 했 됐 왔 갔 샀 봤 였 았 었 겠 맛나 빠르 느리 드리
    시키 만들 싱싱하 렵 럽 렸 쁘 나쁘 어떻 이렇 그렇 저렇 맵 쉽 춥 덥 높 낮 깊 넣 놓
    """
)
ONE_SYLLABLE_NOUNS = frozenset(
    words_in("""
    간 감 값 국 굴 귤 김 꿀 돈 떡 맛 면 물 밤 밥 배 병 빵 색 술 쌀 알 양 잼 죽 즙 차 콩 팩 향
    """)
)
STOP_NOUNS = frozenset(
    words_in("""
    가장 같은 같이 거기 거의 경우 계속 굉장히 그거 그것 그냥 그다지 그대로 그래서 그런 그런데 그리고 근데 나름 나중
    내일 너무 누구 느낌 다들 다른 다만 다시 다음 대신 때문 또는 또한 마지막 만약 많이 매우 먼저 모두 모든 무슨 무엇
    무척 뭔가 바로 별로 보통 부분 비록 빨리 사람 살짝 생각 생각보다 서로 세상 아마 아이고 아주 아직 안녕 약간 어디
    어떤 어제 언제 얼마 엄청 여기 여러 역시 오늘 완전 요즘 우리 우선 이거 이것 이대로 이런 이미 이번 이제 일단 자주
    저거 저는 저런 저번 저희 전부 전혀 정도 정말 제가 제일 조금 지금 진짜 처음 특히 하나 하세 하지만 함께 항상 혹시
    혼자 훨씬
    """)
)
