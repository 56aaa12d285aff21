"""What the answers look like, for the OpenAPI description."""

from rest_framework import serializers


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


class RelatedAnswer(serializers.Serializer[None]):
    """Products bought together with one, best first."""

    product_id = serializers.IntegerField()
    related_products = RelatedProduct(many=True)
    product_source = serializers.ChoiceField(choices=["java", "platform", "mixed"])


class Reason(serializers.Serializer[None]):
    """Why a product is in the list, for people."""

    ko = serializers.CharField()
    en = serializers.CharField()


class RecommendedProduct(serializers.Serializer[None]):
    """score: how well it goes with what the user did, 0 for what only fills the list up; source: what put it there."""

    product_id = serializers.IntegerField()
    score = serializers.FloatField()
    reason = Reason()
    # DRF takes declared fields out of the class: its own attribute of that name stays.
    source = serializers.ChoiceField(choices=["co-purchase", "popular", "new"])  # type: ignore[assignment]
    product = ProductCard()


class PersonalAnswer(serializers.Serializer[None]):
    """Products for one user, best first. request_id: another one for each answer."""

    user_id = serializers.IntegerField()
    algorithm = serializers.ChoiceField(choices=["co-purchase", "popular"])
    request_id = serializers.CharField()
    recommendations = RecommendedProduct(many=True)
    product_source = serializers.ChoiceField(choices=["java", "platform", "mixed"])
