"""What the answers look like, for the OpenAPI description."""

from rest_framework import serializers

DETAILS_FROM = ["java", "platform", "mixed"]


class ProductCard(serializers.Serializer[None]):
    """What a product is; null where unknown."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_null=True)
    price = serializers.DecimalField(max_digits=38, decimal_places=2, coerce_to_string=False, allow_null=True)
    currency = serializers.CharField(allow_null=True)
    category_id = serializers.IntegerField(allow_null=True)
    category_name = serializers.CharField(allow_null=True)
    seller_id = serializers.IntegerField(allow_null=True)
    stock = serializers.IntegerField(allow_null=True)
    status = serializers.CharField(allow_null=True)
    image_url = serializers.CharField(allow_null=True)


class RelatedProduct(serializers.Serializer[None]):
    """score: orders holding both products / orders holding the one asked for, two decimals."""

    product_id = serializers.IntegerField()
    score = serializers.FloatField()
    product = ProductCard()


class Shown(serializers.Serializer[None]):
    """What every answer carries. request_id: another one for each answer, for feedback; left_out: how many products
    ranked before the last of the list are not in it, by reason."""

    request_id = serializers.CharField()
    product_source = serializers.ChoiceField(choices=DETAILS_FROM)
    left_out = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="gone, not_on_sale, out_of_stock, own, seller_inactive, capped; only those that occurred",
    )


class RelatedAnswer(Shown):
    """Products bought together with one, best first."""

    product_id = serializers.IntegerField()
    related_products = RelatedProduct(many=True)


class ReasonAnswer(serializers.Serializer[None]):
    """Why a product is in the list, for people."""

    ko = serializers.CharField()
    en = serializers.CharField()


class RecommendedProduct(serializers.Serializer[None]):
    """score: how well it goes with what the user did, 0 for what only fills the list up; source: what put it there."""

    product_id = serializers.IntegerField()
    score = serializers.FloatField()
    reason = ReasonAnswer()
    # DRF takes declared fields out of the class: its own attribute of that name stays.
    source = serializers.CharField(  # type: ignore[assignment]
        help_text="co-purchase, again, session, content, category, popular, new, pinned, or the model's name"
    )
    product = ProductCard()


class PersonalAnswer(Shown):
    """Products for one user, best first. personalised: false for who wants no lists made for them."""

    user_id = serializers.IntegerField()
    algorithm = serializers.CharField(help_text="co-purchase or the model's name, content, category or popular")
    recommendations = RecommendedProduct(many=True)
    personalised = serializers.BooleanField()
    model_version = serializers.CharField(help_text="empty where the algorithm has no models")
    rules_version = serializers.CharField(help_text="of the analysts' rules; empty without any")
    as_of = serializers.DateTimeField(help_text="when the ranking was made; details are of now")


class ProductsAnswer(Shown):
    """Products, best first."""

    algorithm = serializers.CharField()
    products = RecommendedProduct(many=True)


class SimilarAnswer(ProductsAnswer):
    """Products like one. score: the share of what its terms weigh that the other one has, 0 to 1."""

    product_id = serializers.IntegerField()


class PopularProductsAnswer(ProductsAnswer):
    """Popular products. score: paid orders, those of a week ago counting half."""

    category_id = serializers.IntegerField(allow_null=True)


class ChoiceAnswer(serializers.Serializer[None]):
    """Whether a user gets lists made for them. changed_at: null for who never chose."""

    user_id = serializers.IntegerField()
    personalised = serializers.BooleanField()
    changed_at = serializers.DateTimeField(allow_null=True)
