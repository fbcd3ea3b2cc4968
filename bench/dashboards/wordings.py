"""What products call their figures, in Japanese and English; one wording is drawn for each figure of a picture."""

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "gmv": {
        "ja": (
            "GMV",
            "ライブGMV",
            "LIVE GMV",
            "売上",
            "売上金額",
            "総売上",
            "流通総額",
            "売上高",
            "直接GMV",
            "LIVEの売上",
        ),
        "en": ("GMV", "LIVE GMV", "Gross revenue", "Revenue", "Total sales", "Sales", "Direct GMV", "Attributed GMV"),
    },
    "orders": {
        "ja": ("注文数", "注文件数", "支払い済み注文数", "SKU注文数", "売上件数", "受注件数"),
        "en": ("Orders", "SKU orders", "Paid orders", "Total orders", "Number of orders"),
    },
    "created_orders": {
        "ja": ("作成された注文数", "注文作成数", "作成済み注文数"),
        "en": ("Created orders", "Orders created", "Created SKU orders"),
    },
    "items_sold": {
        "ja": ("販売数", "販売個数", "商品販売数", "販売点数", "販売された商品数"),
        "en": ("Items sold", "Units sold", "Items ordered", "Quantity sold"),
    },
    "customers": {
        "ja": ("購入者数", "顧客数", "ユニーク購入者数", "購入ユーザー数"),
        "en": ("Customers", "Buyers", "Unique customers", "Unique buyers"),
    },
    "viewers": {
        "ja": ("視聴者数", "ユニーク視聴者数", "総視聴者数", "ユニーク視聴者", "累計視聴者数"),
        "en": ("Viewers", "Unique viewers", "Total viewers", "LIVE viewers"),
    },
    "views": {
        "ja": ("視聴数", "視聴回数", "総視聴数", "再生数", "再生回数", "LIVE視聴数"),
        "en": ("Views", "Total views", "LIVE views", "Video views"),
    },
    "pcu": {
        "ja": ("最高同時視聴者数", "最大同時視聴者数", "ピーク視聴者数", "最大同時接続数", "同時視聴者数の最大値"),
        "en": ("Peak viewers", "Peak concurrent viewers", "Peak concurrents", "PCU", "Max concurrent viewers"),
    },
    "acu": {
        "ja": ("平均同時視聴者数", "平均同時接続数", "平均視聴者数"),
        "en": ("Avg. concurrent viewers", "Average concurrent viewers", "ACU", "Avg. viewers"),
    },
    "avg_watch_seconds": {
        "ja": ("平均視聴時間", "平均視聴時間/人", "平均再生時間", "視聴者あたりの平均視聴時間"),
        "en": ("Avg. watch time", "Average watch time", "Avg. viewing duration", "Average view duration"),
    },
    "impressions": {
        "ja": ("インプレッション数", "LIVEインプレッション", "表示回数", "ライブのインプレッション数"),
        "en": ("Impressions", "LIVE impressions", "Total impressions"),
    },
    "product_impressions": {
        "ja": ("商品インプレッション数", "商品表示回数", "商品の表示回数"),
        "en": ("Product impressions", "Product exposures", "Item impressions"),
    },
    "product_clicks": {
        "ja": ("商品クリック数", "商品のクリック数", "商品タップ数"),
        "en": ("Product clicks", "Item clicks", "Product taps"),
    },
    "ctr": {
        "ja": ("クリック率", "CTR", "商品クリック率", "クリックスルー率"),
        "en": ("CTR", "Click-through rate", "Product CTR", "Click rate"),
    },
    "ctor": {
        "ja": ("CTOR", "クリック注文率", "クリックから注文への転換率", "注文率(クリック)"),
        "en": ("CTOR", "Click-to-order rate", "CTOR (SKU orders)", "Click to order rate"),
    },
    "gpm": {
        "ja": ("GPM", "ライブ視聴GPM", "視聴GPM", "1,000視聴あたりのGMV"),
        "en": ("GPM", "Watch GPM", "View GPM", "GMV per 1,000 views"),
    },
    "likes": {"ja": ("いいね数", "いいね", "高評価数", "いいね!"), "en": ("Likes", "Total likes", "Likes received")},
    "comments": {
        "ja": ("コメント数", "コメント", "総コメント数"),
        "en": ("Comments", "Total comments", "Chat messages"),
    },
    "shares": {"ja": ("シェア数", "シェア", "共有数"), "en": ("Shares", "Total shares", "Times shared")},
    "new_followers": {
        "ja": ("新規フォロワー", "新規フォロワー数", "新しいフォロワー", "フォロワー増加数"),
        "en": ("New followers", "Followers gained", "Follows gained", "New follows"),
    },
    "gifts": {"ja": ("ギフト", "ギフト数", "ギフト獲得数"), "en": ("Gifts", "Gifts received", "Total gifts")},
}
OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "followers": {"ja": ("フォロワー", "総フォロワー数"), "en": ("Followers", "Total followers")},
    "diamonds": {"ja": ("ダイヤモンド", "獲得ダイヤ"), "en": ("Diamonds", "Diamonds earned")},
    "engagement_rate": {"ja": ("エンゲージメント率",), "en": ("Engagement rate",)},
    "aov": {"ja": ("客単価", "平均注文額"), "en": ("AOV", "Average order value")},
    "refunds": {"ja": ("返金額", "キャンセル金額"), "en": ("Refunds", "Refunded amount")},
    "cart_adds": {"ja": ("カート追加数", "カート追加"), "en": ("Add to cart", "Cart adds")},
    "duration": {"ja": ("配信時間", "LIVE時間"), "en": ("Duration", "LIVE duration")},
}
NAMES = tuple(LABELS)


def of(name: str, language: str) -> tuple[str, ...]:
    """Give the wordings of a figure."""
    return (LABELS.get(name) or OTHERS[name])[language]
