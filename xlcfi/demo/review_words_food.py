"""What reviewers say about what stands on the table: kimchi, pastes, noodles, seaweed, side dishes.

The notation is that of `review_words`. A leaf's clauses come on top of its group's.
"""

# ruff: noqa: E501 - a Korean letter counts as two columns, and the words are read as lists, not as code

from __future__ import annotations

from xlcfi.demo.review_words import Bank

FOOD: dict[str, Bank] = {
    "kimchi": {
        "TASTE": {
            "POSITIVE": """{n}^ ~아삭하
양념^ ~잘 배었
국물^ ~시원하
젓갈 향^ 은은해서 ~좋/좋아
맵기^ 딱 좋/좋아
익을수록 ~맛있어지/맛있어져!
짜지 않아서 ~좋/좋아
엄마가 해 주던 {n} 맛=
라면이랑 먹으니 ~최고=
칼칼하니 밥도둑=
고기 구워서 같이 먹으니 ~맛있
식당에서 먹던 {n}보다 ~맛있
@이 {n} 하나로 밥 한 그릇을 비웠""",
            "NEUTRAL": """아직 덜 익어서 맛을 잘 모르겠
맵기^ 보통=
간^ 살짝 있는 편=
좀 더 익혀 먹어야 할 것 같/같아""",
            "NEGATIVE": """{n}^ ~짜/짜
~맵기만 하고 감칠맛이 없
젓갈 냄새^ ~비리/비려
{n}^ ~무르/물러
양념^ ~텁텁하
단맛^ ~강하
너무 익어서 ~시/셔
~싱겁/싱거워
마늘 맛만 ~나/나!""",
        },
        "FRESHNESS": {
            "POSITIVE": """갓 담근 티^ ~나/나!
싱싱한 재료로 담근 게 느껴지/느껴져!
너무 익지 않은 상태로 왔
아삭함^ 살아 있""",
            "NEUTRAL": """살짝 익은 상태로 왔
생각보다 덜 익은 상태로 왔""",
            "NEGATIVE": """오는 동안 ~시어 버렸
풋내^ ~나/나!
받자마자 군내^ ~났
하얀 골마지^ 껴 있
물러진 조각이 ~많/많아""",
        },
        "PACKAGING": {
            "POSITIVE": "국물 한 방울 안 새고 왔\n아이스팩^ 그대로 얼어 있었\n이중으로 싸서 냄새가 안 새/새!",
            "NEGATIVE": "김칫국물^ 다 새어 있었\n봉지가 빵빵하게 부풀어 왔\n아이스팩^ 다 녹아 있었",
        },
    },
    "kimchi.cabbage": {
        "TASTE": {
            "POSITIVE": "배추^ ~아삭하\n배추^ 달고 고소하\n속^ 꽉 차 있어서 ~좋/좋아\n고춧가루 빛깔부터 ~맛있어 보이/보여!",
            "NEGATIVE": "배추^ ~질기/질겨\n배추에서 쓴맛^ ~나/나!\n줄기만 많고 잎은 ~적/적어",
        }
    },
    "kimchi.radish": {
        "TASTE": {
            "POSITIVE": "무^ ~달고 단단하\n설렁탕집 깍두기 맛 그대로=\n씹을 때마다 아삭 소리^ 나/나!",
            "NEGATIVE": "무에 바람^ 들었\n무^ ~맵고 쓰/써",
        }
    },
    "kimchi.aged": {
        "TASTE": {
            "POSITIVE": "찌개 끓이니 국물^ ~진하\n푹 삭은 신맛^ ~일품=\n등갈비 넣고 찜을 하니 ~끝내주/끝내줘!",
            "NEGATIVE": "군내^ ~심하\n묵은지가 아니라 그냥 신 김치=",
        }
    },
    "jang": {
        "TASTE": {
            "POSITIVE": """{n} 맛^ ~깊/깊어
짜지 않고 ~구수하
집에서 담근 맛^ 나/나!
감칠맛^ ~풍부하
조금만 넣어도 음식 맛^ 확 살/살아!
찌개에 넣으니 ~맛있
나물 무칠 때 쓰니 ~좋/좋아
시골 할머니 댁에서 먹던 맛=""",
            "NEUTRAL": """마트에서 파는 것과 비슷한 맛=
색^ 조금 진한 편=
처음엔 낯선데 먹다 보니 괜찮/괜찮아""",
            "NEGATIVE": """{n}^ ~짜/짜
맛^ ~텁텁하
공장 {n} 맛=
단맛^ ~강하
뒷맛^ ~떫/떫어
깊은 맛^ ~없""",
        },
        "QUALITY": {
            "POSITIVE": "빛깔^ ~곱/고와\n국산 콩이라 ~믿음이 가/가!",
            "NEGATIVE": "뚜껑에 곰팡이^ 펴 있었\n색^ ~시커멓/시커메",
        },
        "PACKAGING": {"NEGATIVE": "병^ 깨져서 왔\n뚜껑 틈으로 새서 끈적거렸"},
    },
    "jang.gochujang": {
        "TASTE": {
            "POSITIVE": "고추장^ 텁텁하지 않아서 ~좋/좋아\n매운맛이 ~깔끔하\n떡볶이 해 먹으니 ~맛있\n비벼 먹으니 ~꿀맛=",
            "NEGATIVE": "고추장^ ~텁텁하\n물엿 맛만 ~나/나!\n고추장^ ~묽/묽어",
        }
    },
    "jang.doenjang": {
        "TASTE": {
            "POSITIVE": "된장찌개 끓이니 온 집에 구수한 냄새^ 퍼지/퍼져!\n두부랑 호박만 넣어도 ~맛있",
            "NEGATIVE": "쿰쿰한 냄새^ ~심하\n끓이니까 쓴맛^ ~나/나!",
        }
    },
    "ramen": {
        "TASTE": {
            "POSITIVE": """국물^ ~진하
국물^ ~칼칼하
면발^ ~쫄깃하
건더기^ ~실하
해장으로 ~좋/좋아
밥 말아 먹으니 ~맛있
먹고 나서도 속^ 편하
@이 앉은자리에서 두 개를 먹었""",
            "NEUTRAL": """맵기^ 생각보다 약한 편=
국물 맛^ 평범하
면^ 조금 가는 편=""",
            "NEGATIVE": """국물^ ~짜/짜
면^ ~금방 퍼지/퍼져!
~맵기만 하
건더기^ ~부실하
수프 맛^ ~인공적=
밀가루 냄새^ ~나/나!
느끼해서 다 못 먹었""",
        },
        "PACKAGING": {"NEGATIVE": "면^ 다 부서져서 왔\n용기^ 찌그러져서 왔"},
    },
    "noodle": {
        "TASTE": {
            "POSITIVE": """면^ ~쫄깃하
면발^ ~탱탱하
육수^ ~시원하
삶아도 잘 안 퍼져서 ~좋/좋아
양념장^ ~맛있
밖에서 사 먹는 것보다 ~낫/나아""",
            "NEUTRAL": "면^ 평범하\n육수^ 무난하\n삶는 시간을 잘 맞춰야 하!",
            "NEGATIVE": """면^ ~질기/질겨
면^ ~뚝뚝 끊어지/끊어져!
육수^ ~밍밍하
밀가루 냄새^ ~나/나!
양념^ ~달/달아
금방 퍼져서 ~별로=""",
        },
        "PACKAGING": {"NEGATIVE": "면^ 다 부러져서 왔\n육수 봉지^ 터져 있었"},
    },
    "seaweed": {
        "TASTE": {
            "POSITIVE": """~고소하
짜지 않아서 ~좋/좋아
@이 이 {n} 아니면 안 먹/먹어!
바다 향^ ~진하
밥이랑 먹으면 다른 반찬이 필요 없
잡내가 없어서 ~좋/좋아""",
            "NEUTRAL": "간^ 약한 편=\n고소한 맛^ 보통=",
            "NEGATIVE": """{n}^ ~짜/짜
기름 냄새^ ~나/나!
비린내^ ~나/나!
{n} 향^ 거의 없
{n}^ ~질기/질겨""",
        },
        "FRESHNESS": {
            "POSITIVE": "햇것이라 그런지 향^ ~좋/좋아\n뜯자마자 향긋한 바다 냄새^ 났",
            "NEGATIVE": "묵은 냄새^ ~나/나!\n기름 쩐내^ ~났\n뜯자마자 ~눅눅했",
        },
        "PACKAGING": {
            "POSITIVE": "부서진 것 없이 ~잘 왔\n조금씩 나눠 담겨 있어서 ~편하",
            "NEGATIVE": "다 부스러져서 왔\n반은 가루가 돼서 왔",
        },
    },
    "seaweed.roasted": {
        "TASTE": {
            "POSITIVE": "김^ ~바삭하\n들기름 향^ ~고소하\n김이 얇고 ~바삭바삭하",
            "NEGATIVE": "김^ ~눅눅하\n김에 구멍이 숭숭 나 있",
        }
    },
    "seaweed.gimbap": {
        "QUALITY": {
            "POSITIVE": "김밥 말 때 ~안 터지/터져!\n두께^ 적당해서 ~말기 좋/좋아",
            "NEGATIVE": "김밥 마는데 자꾸 찢어지/찢어져!",
        }
    },
    "seaweed.kelp": {
        "TASTE": {
            "POSITIVE": "국 끓이니 국물^ 뽀얗고 ~진하\n미역국 끓이니 ~부드럽/부드러워",
            "NEGATIVE": "끓이니까 ~흐물흐물하",
        },
        "QUALITY": {"NEGATIVE": "모래^ ~씹히/씹혀!"},
    },
    "banchan": {
        "TASTE": {
            "POSITIVE": """간^ 딱 맞/맞아!
짜지 않아서 ~좋/좋아
집에서 만든 것처럼 ~맛있
밥도둑=
반찬 걱정^ 줄었
@이 {n} 하나로 밥 두 공기를 먹었
비린 맛^ 없""",
            "NEUTRAL": "간^ 조금 센 편=\n반찬가게랑 비슷한 맛=\n조금 심심한 편=",
            "NEGATIVE": "~짜/짜\n~달/달아\n비린내^ ~나/나!\n조미료 맛^ ~나/나!\n~질기/질겨\n기름^ ~많/많아",
        },
        "FRESHNESS": {"POSITIVE": "당일 만든 게 왔\n재료^ ~싱싱하", "NEGATIVE": "쉰내^ ~났\n받은 날부터 물이 ~흥건했"},
        "PACKAGING": {"POSITIVE": "통마다 밀봉이 ~잘돼 있", "NEGATIVE": "국물^ 새서 왔\n뚜껑^ 열려서 왔"},
    },
    "banchan.soup": {
        "TASTE": {
            "POSITIVE": "국물^ ~진하\n건더기^ ~푸짐하\n끓이기만 하면 되니 ~편하\n속^ 풀리/풀려!",
            "NEGATIVE": "국물^ ~밍밍하\n건더기^ 거의 없\n고기 잡내^ ~나/나!",
        }
    },
}
