"""The first schema"""

import sqlalchemy as sa
from alembic import op

from portal.audit.append_only import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("worker", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "shop_directory",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("region", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_shop_directory")),
        sa.UniqueConstraint("domain", name=op.f("uq_shop_directory_domain")),
        sa.UniqueConstraint("slug", name=op.f("uq_shop_directory_slug")),
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("return_address", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sender", sa.String(length=254), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("logo", sa.String(length=64), nullable=False),
        sa.Column("main", sa.String(length=7), nullable=False),
        sa.Column("accent", sa.String(length=7), nullable=False),
        sa.Column("ground", sa.String(length=7), nullable=False),
        sa.Column("roundness", sa.BigInteger(), nullable=False),
        sa.Column("image_hosts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("links_only", sa.Boolean(), nullable=False),
        sa.Column("gifts", sa.Boolean(), nullable=False),
        sa.Column("second_factor", sa.String(length=12), nullable=False),
        sa.Column("signing_no", sa.BigInteger(), nullable=False),
        sa.Column("carrier", sa.String(length=20), nullable=False),
        sa.Column("gateway", sa.String(length=20), nullable=False),
        sa.Column("bank_details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("tax_number", sa.String(length=60), nullable=False),
        sa.Column("daily_mail", sa.Boolean(), nullable=False),
        sa.Column("daily_hour", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("trail_no", sa.BigInteger(), nullable=False),
        sa.Column("trail_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "sales_returns",
                "tax_payable",
                "shipping_refunds",
                "refunds_payable",
                "restocking_income",
                "return_shipping_income",
                "payment_clearing",
                "credit_liability",
                "credit_bonus",
                "goodwill",
                "gift_card_liability",
                "stored_value_clearing",
                "exchange_clearing",
                "sales",
                "breakage_income",
                "inventory",
                "write_down",
                "cost_of_goods_sold",
                name="account_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "asset",
                "liability",
                "income",
                "expense",
                name="account_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_account_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_account_tenant_id_code")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_account_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "role", name=op.f("uq_account_tenant_id_role")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_api_key_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_api_key_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_api_key_tenant_id_token_hash")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_attempt_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_attempt_tenant_id_id")),
    )
    op.create_index(op.f("ix_attempt_subject_at"), "attempt", ["subject", "at"], unique=False)
    op.create_index(op.f("ix_attempt_tenant_id_at"), "attempt", ["tenant_id", "at"], unique=False)
    op.create_table(
        "book",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("next_no", sa.BigInteger(), nullable=False),
        sa.Column("next_change", sa.BigInteger(), nullable=False),
        sa.Column("next_credit_note", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_book_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_book_tenant_id_id")),
    )
    op.create_table(
        "feed_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_feed_entry_money")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_feed_entry_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_entry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_feed_entry_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "subject_id", name=op.f("uq_feed_entry_tenant_id_kind_subject_id")
        ),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_feed_entry_tenant_id_no")),
    )
    op.create_table(
        "import_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "holds",
            sa.Enum("orders", "products", name="holds", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "checking",
                "checked",
                "importing",
                "done",
                "rejected",
                "discarded",
                "expired",
                name="filestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("checked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("imported", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("problem", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_import_file_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_import_file_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_import_file_tenant_id_created_at_id"),
        "import_file",
        ["tenant_id", "created_at", "id"],
        unique=False,
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_kind", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reverses"],
            ["journal_entry.tenant_id", "journal_entry.id"],
            name=op.f("fk_journal_entry_tenant_id_reverses"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_journal_entry_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_journal_entry_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_journal_entry_tenant_id_no")),
        sa.UniqueConstraint(
            "tenant_id",
            "source_kind",
            "source_id",
            name=op.f("uq_journal_entry_tenant_id_source_kind_source_id"),
        ),
    )
    op.create_index(op.f("ix_journal_entry_about"), "journal_entry", ["about"], unique=False)
    op.create_index(op.f("ix_journal_entry_reverses"), "journal_entry", ["reverses"], unique=False)
    op.create_table(
        "location",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "shopper",
                "dock",
                "sellable",
                "open_box",
                "refurbish",
                "quarantine",
                "gone",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_location_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_location_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "place", name=op.f("uq_location_tenant_id_place")),
    )
    op.create_table(
        "logo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_logo_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logo")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_logo_tenant_id_digest")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_logo_tenant_id_id")),
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=48), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_operation_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_operation_tenant_id_id")),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("number_key", sa.String(length=60), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("postcode_key", sa.String(length=20), nullable=False),
        sa.Column("address", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("delivery_charged", sa.BigInteger(), nullable=False),
        sa.Column("delivery_discount", sa.BigInteger(), nullable=False),
        sa.Column("delivery_standard", sa.BigInteger(), nullable=False),
        sa.Column("delivery_taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("refunded_outside", sa.BigInteger(), nullable=False),
        sa.Column("flags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("refunded_outside >= 0", name=op.f("ck_orders_outside")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= captured", name=op.f("ck_orders_reserved")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_orders_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_orders_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("uq_orders_tenant_id_source_external_id")
        ),
    )
    op.create_index(
        "ix_orders_flagged",
        "orders",
        ["tenant_id", "placed_at", "id"],
        unique=False,
        sqlite_where=sa.text("json_array_length(flags) > 0 AND NOT accepted"),
        postgresql_where=sa.text("json_array_length(flags) > 0 AND NOT accepted"),
    )
    op.create_index(
        op.f("ix_orders_tenant_id_email_key_placed_at"),
        "orders",
        ["tenant_id", "email_key", "placed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_orders_tenant_id_number_key"), "orders", ["tenant_id", "number_key"], unique=False
    )
    op.create_index(
        op.f("ix_orders_tenant_id_placed_at_id"), "orders", ["tenant_id", "placed_at", "id"], unique=False
    )
    op.create_table(
        "policy_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "approved",
                "scheduled",
                "published",
                "discarded",
                name="draftstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("base_no", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("others", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'discarded') OR (asked_at IS NOT NULL AND why <> '')",
            name=op.f("ck_policy_draft_asked"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_policy_draft_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_policy_draft_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_policy_draft_tenant_id_no")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("vendor", sa.String(length=120), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("image", sa.String(length=500), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_product_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_product_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "source", "external_id", name=op.f("uq_product_tenant_id_source_external_id")
        ),
    )
    op.create_table(
        "sent_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.String(length=400), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sent_mail_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_mail")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_sent_mail_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "message_id", name=op.f("uq_sent_mail_tenant_id_message_id")),
    )
    op.create_index(op.f("ix_sent_mail_tenant_id_at"), "sent_mail", ["tenant_id", "at"], unique=False)
    op.create_table(
        "shop_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "address",
                "policy",
                "people",
                "trial",
                "away",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_shop_step_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_step")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_shop_step_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "step", name=op.f("uq_shop_step_tenant_id_step")),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "manager",
                "agent",
                "warehouse",
                "auditor",
                name="staff_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("pin_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_staff_user_email_is_lower")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_staff_user_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("tenant_id", "email", name=op.f("uq_staff_user_tenant_id_email")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_staff_user_tenant_id_id")),
    )
    op.create_table(
        "store_credit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=254), nullable=False),
        sa.Column("owner_key", sa.String(length=254), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_store_credit_balance")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_store_credit_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_credit")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_store_credit_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "owner_key", "currency", name=op.f("uq_store_credit_tenant_id_owner_key_currency")
        ),
    )
    op.create_table(
        "trail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=48), nullable=False),
        sa.Column("actor_kind", sa.String(length=12), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(length=64), nullable=True),
        sa.Column("after", sa.String(length=64), nullable=True),
        sa.Column("policy_version", sa.BigInteger(), nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_trail_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail")),
        sa.UniqueConstraint("chain", "no", name=op.f("uq_trail_chain_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_trail_tenant_id_id")),
    )
    op.create_index(
        "ix_trail_person",
        "trail",
        ["tenant_id", "actor_id", "at", "id"],
        unique=False,
        sqlite_where=sa.text("actor_kind = 'person'"),
        postgresql_where=sa.text("actor_kind = 'person'"),
    )
    op.create_index(op.f("ix_trail_subject_id"), "trail", ["subject_id"], unique=False)
    op.create_index(
        op.f("ix_trail_tenant_id_actor_kind_at_id"),
        "trail",
        ["tenant_id", "actor_kind", "at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_trail_tenant_id_at_id"), "trail", ["tenant_id", "at", "id"], unique=False)
    op.create_index(
        op.f("ix_trail_tenant_id_event_at_id"), "trail", ["tenant_id", "event", "at", "id"], unique=False
    )
    op.create_table(
        "trail_seal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_trail_seal_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_seal")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_trail_seal_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "until", name=op.f("uq_trail_seal_tenant_id_until")),
    )
    op.create_table(
        "chart_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("accounts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "made_by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_chart_version_tenant_id_made_by"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_chart_version_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chart_version")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_chart_version_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_chart_version_tenant_id_no")),
    )
    op.create_index(op.f("ix_chart_version_made_by"), "chart_version", ["made_by"], unique=False)
    op.create_table(
        "credit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_credit_entry_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_id"],
            ["store_credit.tenant_id", "store_credit.id"],
            name=op.f("fk_credit_entry_tenant_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_credit_entry_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_credit_entry_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "source", name=op.f("uq_credit_entry_tenant_id_kind_source")
        ),
    )
    op.create_index(op.f("ix_credit_entry_credit_id"), "credit_entry", ["credit_id"], unique=False)
    op.create_table(
        "daily_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_daily_mail_tenant_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_daily_mail_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_mail")),
        sa.UniqueConstraint("tenant_id", "day", "user_id", name=op.f("uq_daily_mail_tenant_id_day_user_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_daily_mail_tenant_id_id")),
    )
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "orders",
                "returns",
                "refunds",
                "exchanges",
                "credit_notes",
                "journal",
                "stock",
                "trail",
                name="exportkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum(
                "csv",
                "json",
                "beancount",
                name="export_format",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered",
                "ready",
                "removed",
                name="exportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.String(length=160), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state <> 'ready' OR (file <> '' AND sha256 <> '')", name=op.f("ck_export_ready")),
        sa.CheckConstraint("since <= until", name=op.f("ck_export_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ordered_by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_export_tenant_id_ordered_by"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_export_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_export_tenant_id_id")),
    )
    op.create_index(op.f("ix_export_ordered_by"), "export", ["ordered_by"], unique=False)
    op.create_index(
        op.f("ix_export_tenant_id_ordered_at_id"), "export", ["tenant_id", "ordered_at", "id"], unique=False
    )
    op.create_table(
        "gift_card",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=True),
        sa.Column("ending", sa.String(length=4), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "blocked",
                "replaced",
                name="card_state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trail_no", sa.BigInteger(), nullable=False),
        sa.Column("trail_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("state <> 'replaced' OR balance = 0", name=op.f("ck_gift_card_replaced")),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_gift_card_balance")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_gift_card_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "replaces_id"],
            ["gift_card.tenant_id", "gift_card.id"],
            name=op.f("fk_gift_card_tenant_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_gift_card_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_gift_card_replaces_id")),
        sa.UniqueConstraint("tenant_id", "code_hash", name=op.f("uq_gift_card_tenant_id_code_hash")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_gift_card_tenant_id_id")),
    )
    op.create_index(op.f("ix_gift_card_order_id"), "gift_card", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_gift_card_tenant_id_issued_at_id"),
        "gift_card",
        ["tenant_id", "issued_at", "id"],
        unique=False,
    )
    op.create_table(
        "import_file_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["import_file.tenant_id", "import_file.id"],
            name=op.f("fk_import_file_part_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_import_file_part_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file_part")),
        sa.UniqueConstraint("file_id", "no", name=op.f("uq_import_file_part_file_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_import_file_part_tenant_id_id")),
    )
    op.create_table(
        "import_file_remark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum("check", "import", name="phase", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "file_id"],
            ["import_file.tenant_id", "import_file.id"],
            name=op.f("fk_import_file_remark_tenant_id_file_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_import_file_remark_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file_remark")),
        sa.UniqueConstraint("file_id", "phase", "no", name=op.f("uq_import_file_remark_file_id_phase_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_import_file_remark_tenant_id_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("cause", sa.Uuid(), nullable=True),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cause"], ["trail.tenant_id", "trail.id"], name=op.f("fk_job_tenant_id_cause")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_job_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index(op.f("ix_job_cause"), "job", ["cause"], unique=False)
    op.create_index(
        "ix_job_dead",
        "job",
        ["tenant_id", "dead_at"],
        unique=False,
        sqlite_where=sa.text("dead_at IS NOT NULL AND done_at IS NULL"),
        postgresql_where=sa.text("dead_at IS NOT NULL AND done_at IS NULL"),
    )
    op.create_index(
        "ix_job_open",
        "job",
        ["run_at", "id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_index(
        "ix_job_tried",
        "job",
        ["tenant_id", "kind"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL AND attempts > 6"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL AND attempts > 6"),
    )
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "open_order",
                "invitation",
                "open_account",
                "gift",
                "show_card",
                "agree_credit",
                "name_account",
                "new_password",
                name="link_purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(order_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_one_time_link_one_reader")
        ),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_one_time_link_expires")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_one_time_link_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_one_time_link_tenant_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_one_time_link_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_one_time_link_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_one_time_link_tenant_id_token_hash")),
    )
    op.create_index(op.f("ix_one_time_link_order_id"), "one_time_link", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_one_time_link_tenant_id_expires_at"),
        "one_time_link",
        ["tenant_id", "expires_at"],
        unique=False,
    )
    op.create_index(op.f("ix_one_time_link_user_id"), "one_time_link", ["user_id"], unique=False)
    op.create_table(
        "order_acceptance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("figures", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_acceptance_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_order_acceptance_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_acceptance")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_order_acceptance_tenant_id_id")),
    )
    op.create_index(op.f("ix_order_acceptance_order_id"), "order_acceptance", ["order_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("image", sa.String(length=500), nullable=False),
        sa.Column("claimed", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("claimed >= 0 AND claimed <= quantity", name=op.f("ck_order_line_claimed")),
        sa.CheckConstraint("discount >= 0 AND discount <= subtotal", name=op.f("ck_order_line_discount")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_order_line_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_order_line_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_order_line_order_id_position")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_order_line_tenant_id_id")),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("refunded_outside", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("refunded_outside >= 0", name=op.f("ck_payment_outside")),
        sa.CheckConstraint("reserved >= 0 AND reserved <= captured", name=op.f("ck_payment_reserved")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_payment_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_payment_order_id_position")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_payment_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_payment_tenant_id_reference"), "payment", ["tenant_id", "reference"], unique=False
    )
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "scheduled",
                "active",
                "retired",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("document", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("others", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "draft_id"],
            ["policy_draft.tenant_id", "policy_draft.id"],
            name=op.f("fk_policy_version_tenant_id_draft_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_policy_version_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_version")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_policy_version_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_policy_version_tenant_id_no")),
    )
    op.create_index(op.f("ix_policy_version_draft_id"), "policy_version", ["draft_id"], unique=False)
    op.create_index(
        "uq_policy_version_active",
        "policy_version",
        ["tenant_id"],
        unique=True,
        sqlite_where=sa.text("standing = 'active'"),
        postgresql_where=sa.text("standing = 'active'"),
    )
    op.create_index(
        "uq_policy_version_scheduled",
        "policy_version",
        ["tenant_id"],
        unique=True,
        sqlite_where=sa.text("standing = 'scheduled'"),
        postgresql_where=sa.text("standing = 'scheduled'"),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("debit", sa.BigInteger(), nullable=False),
        sa.Column("credit", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0) AND debit + credit > 0",
            name=op.f("ck_posting_one_side"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["account.tenant_id", "account.id"],
            name=op.f("fk_posting_tenant_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_id"],
            ["journal_entry.tenant_id", "journal_entry.id"],
            name=op.f("fk_posting_tenant_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_posting_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_posting_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_posting_account_id_currency"), "posting", ["account_id", "currency"], unique=False
    )
    op.create_index(op.f("ix_posting_entry_id"), "posting", ["entry_id"], unique=False)
    op.create_table(
        "reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered", "compared", name="runstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("ordered_by", sa.Uuid(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("differences", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state = 'compared') = (compared_at IS NOT NULL)", name=op.f("ck_reconciliation_compared")
        ),
        sa.CheckConstraint("differences BETWEEN 0 AND lines", name=op.f("ck_reconciliation_counts")),
        sa.CheckConstraint("since <= until", name=op.f("ck_reconciliation_period")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "ordered_by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_reconciliation_tenant_id_ordered_by"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reconciliation_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reconciliation_tenant_id_id")),
    )
    op.create_index(op.f("ix_reconciliation_ordered_by"), "reconciliation", ["ordered_by"], unique=False)
    op.create_index(
        op.f("ix_reconciliation_tenant_id_ordered_at_id"),
        "reconciliation",
        ["tenant_id", "ordered_at", "id"],
        unique=False,
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_recovery_code_tenant_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_recovery_code_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_recovery_code_tenant_id_id")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )
    op.create_table(
        "second_factor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(length=300), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_second_factor_tenant_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_second_factor_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_second_factor_tenant_id_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factor_user_id")),
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=False),
        sa.Column("positions", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_shipment_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_shipment_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_shipment_order_id_position")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_shipment_tenant_id_id")),
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.String(length=40), nullable=False),
        sa.Column("half", sa.Boolean(), nullable=False),
        sa.Column("tablet", sa.Boolean(), nullable=False),
        sa.Column("hand_id", sa.Uuid(), nullable=True),
        sa.Column("hand_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "hand_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_staff_session_tenant_id_hand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_staff_session_tenant_id_user_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_staff_session_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_staff_session_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_staff_session_tenant_id_token_hash")),
    )
    op.create_index(op.f("ix_staff_session_hand_id"), "staff_session", ["hand_id"], unique=False)
    op.create_index(op.f("ix_staff_session_user_id"), "staff_session", ["user_id"], unique=False)
    op.create_table(
        "stock_movement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.CheckConstraint("origin_id <> destination_id", name=op.f("ck_stock_movement_moves")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_stock_movement_some")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "destination_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_stock_movement_tenant_id_destination_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "origin_id"],
            ["location.tenant_id", "location.id"],
            name=op.f("fk_stock_movement_tenant_id_origin_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_stock_movement_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_movement")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_stock_movement_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_stock_movement_destination_id"), "stock_movement", ["destination_id"], unique=False
    )
    op.create_index(op.f("ix_stock_movement_item_id"), "stock_movement", ["item_id"], unique=False)
    op.create_index(op.f("ix_stock_movement_origin_id"), "stock_movement", ["origin_id"], unique=False)
    op.create_index(
        op.f("ix_stock_movement_tenant_id_at"), "stock_movement", ["tenant_id", "at"], unique=False
    )
    op.create_index(
        op.f("ix_stock_movement_tenant_id_sku_at"), "stock_movement", ["tenant_id", "sku", "at"], unique=False
    )
    op.create_table(
        "stray_parcel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=9), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "quarantined",
                "matched",
                "sent_back",
                "disposed",
                name="straystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("looks", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=False),
        sa.Column("tracking_key", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=True),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("trail_no", sa.BigInteger(), nullable=False),
        sa.Column("trail_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state = 'matched') = (order_id IS NOT NULL)", name=op.f("ck_stray_parcel_matched")
        ),
        sa.CheckConstraint(
            "(state = 'quarantined') = (solved_at IS NULL)", name=op.f("ck_stray_parcel_solved")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_stray_parcel_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_stray_parcel_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stray_parcel")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_stray_parcel_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_stray_parcel_tenant_id_number")),
    )
    op.create_index(op.f("ix_stray_parcel_order_id"), "stray_parcel", ["order_id"], unique=False)
    op.create_index(
        op.f("ix_stray_parcel_tenant_id_state_found_at"),
        "stray_parcel",
        ["tenant_id", "state", "found_at"],
        unique=False,
    )
    op.create_table(
        "variant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(length=400), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("attributes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("tax_rates", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("image", sa.String(length=500), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("on_hand_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT offered OR (active AND NOT gone)", name=op.f("ck_variant_offered")),
        sa.CheckConstraint("on_hand IS NULL OR on_hand_at IS NOT NULL", name=op.f("ck_variant_level")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_variant_price")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_variant_reserved")),
        sa.CheckConstraint("unit_cost >= 0", name=op.f("ck_variant_cost")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["product.tenant_id", "product.id"],
            name=op.f("fk_variant_tenant_id_product_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_variant_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_variant")),
        sa.UniqueConstraint("product_id", "external_id", name=op.f("uq_variant_product_id_external_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_variant_tenant_id_id")),
    )
    op.create_index(op.f("ix_variant_tenant_id_sku_id"), "variant", ["tenant_id", "sku", "id"], unique=False)
    op.create_index(
        "uq_variant_sold",
        "variant",
        ["tenant_id", "source", "sku"],
        unique=True,
        sqlite_where=sa.text("offered AND sku <> ''"),
        postgresql_where=sa.text("offered AND sku <> ''"),
    )
    op.create_table(
        "gateway_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column(
            "way",
            sa.Enum("in", "out", "back", name="way", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("leg", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["reconciliation.tenant_id", "reconciliation.id"],
            name=op.f("fk_gateway_line_tenant_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_gateway_line_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gateway_line")),
        sa.UniqueConstraint(
            "run_id", "gateway", "reference", "way", name=op.f("uq_gateway_line_run_id_gateway_reference_way")
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_gateway_line_tenant_id_id")),
    )
    op.create_table(
        "gift_card_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_gift_card_entry_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "card_id"],
            ["gift_card.tenant_id", "gift_card.id"],
            name=op.f("fk_gift_card_entry_tenant_id_card_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_gift_card_entry_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_card_entry")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_gift_card_entry_tenant_id_id")),
        sa.UniqueConstraint(
            "tenant_id", "kind", "source", name=op.f("uq_gift_card_entry_tenant_id_kind_source")
        ),
    )
    op.create_index(op.f("ix_gift_card_entry_card_id"), "gift_card_entry", ["card_id"], unique=False)
    op.create_table(
        "override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "allow",
                "extend",
                "withdraw",
                name="overridekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'extend') = (until IS NOT NULL)", name=op.f("ck_override_until")),
        sa.CheckConstraint("kind <> 'allow' OR order_line_id IS NOT NULL", name=op.f("ck_override_line")),
        sa.CheckConstraint("kind <> 'extend' OR order_line_id IS NULL", name=op.f("ck_override_whole")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_override_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_override_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_override_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_override_tenant_id_id")),
    )
    op.create_index(op.f("ix_override_order_line_id"), "override", ["order_line_id"], unique=False)
    op.create_table(
        "reconciliation_sum",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "way",
            sa.Enum("in", "out", "back", name="way", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("here", sa.BigInteger(), nullable=False),
        sa.Column("booked", sa.BigInteger(), nullable=False),
        sa.Column("there", sa.BigInteger(), nullable=False),
        sa.Column("other", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("way IN ('in', 'out')", name=op.f("ck_reconciliation_sum_direction")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["reconciliation.tenant_id", "reconciliation.id"],
            name=op.f("fk_reconciliation_sum_tenant_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reconciliation_sum_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_sum")),
        sa.UniqueConstraint(
            "run_id",
            "gateway",
            "currency",
            "way",
            name=op.f("uq_reconciliation_sum_run_id_gateway_currency_way"),
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reconciliation_sum_tenant_id_id")),
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "released",
                "taken",
                name="reservationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_reservation_tenant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reservation_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reservation_tenant_id_id")),
    )
    op.create_index(
        "ix_reservation_held",
        "reservation",
        ["variant_id"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(op.f("ix_reservation_variant_id"), "reservation", ["variant_id"], unique=False)
    op.create_index(
        "uq_reservation_about",
        "reservation",
        ["about", "variant_id"],
        unique=True,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_table(
        "return",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=9), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "requested",
                "authorized",
                "partially_authorized",
                "denied",
                "closed",
                "cancelled",
                "expired",
                name="returnstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "requested",
                "approved",
                "on_its_way",
                "received",
                "checked",
                "refunded",
                "denied",
                "cancelled",
                "expired",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payable", sa.Boolean(), nullable=False),
        sa.Column("attention", sa.String(length=40), nullable=True),
        sa.Column("owes", sa.Boolean(), nullable=False),
        sa.Column(
            "resolution",
            sa.Enum(
                "original",
                "store_credit",
                "gift_card",
                "exchange",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "instead",
            sa.Enum(
                "original",
                "store_credit",
                "wait",
                name="instead",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "sending",
            sa.Enum(
                "label", "qr", "own", name="sending", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.Column("unasked", sa.Boolean(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quoted", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("return_shipping", sa.BigInteger(), nullable=False),
        sa.Column("shipping_taken", sa.BigInteger(), nullable=False),
        sa.Column("goodwill", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hand_in_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("objected_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "duty",
            sa.Enum(
                "answer",
                "hand_in",
                "arrive",
                "receive",
                "inspect",
                "pay",
                "decide",
                name="duty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gift", sa.Uuid(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("recipient_key", sa.String(length=254), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("trail_no", sa.BigInteger(), nullable=False),
        sa.Column("trail_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("gift IS NOT NULL OR recipient = ''", name=op.f("ck_return_recipient")),
        sa.CheckConstraint(
            "gift IS NULL OR resolution IS NULL OR resolution = 'store_credit'",
            name=op.f("ck_return_gift_resolution"),
        ),
        sa.CheckConstraint(
            "gift IS NULL OR state = 'draft' OR proven_at IS NOT NULL", name=op.f("ck_return_proven")
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (duty IS NULL) AND (due_at IS NULL) = (due_since IS NULL)",
            name=op.f("ck_return_due"),
        ),
        sa.CheckConstraint("goodwill >= 0 AND (unannounced OR NOT unasked)", name=op.f("ck_return_unasked")),
        sa.CheckConstraint(
            "shipping_taken >= 0 AND shipping_taken <= return_shipping", name=op.f("ck_return_shipping_taken")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "made_by_id"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_return_tenant_id_made_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_return_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "policy_id"],
            ["policy_version.tenant_id", "policy_version.id"],
            name=op.f("fk_return_tenant_id_policy_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_return_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_return_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_return_tenant_id_number")),
    )
    op.create_index(
        "ix_return_due",
        "return",
        ["tenant_id", "due_at", "id", "duty", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_return_failed",
        "return",
        ["tenant_id", "requested_at", "id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("attention IS NOT NULL"),
        postgresql_where=sa.text("attention IS NOT NULL"),
    )
    op.create_index(op.f("ix_return_made_by_id"), "return", ["made_by_id"], unique=False)
    op.create_index(
        "ix_return_objected",
        "return",
        ["tenant_id", "requested_at", "id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("objected_since IS NOT NULL"),
        postgresql_where=sa.text("objected_since IS NOT NULL"),
    )
    op.create_index(
        "ix_return_open",
        "return",
        ["tenant_id", "requested_at", "id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_return_order_id"), "return", ["order_id"], unique=False)
    op.create_index(
        "ix_return_owed",
        "return",
        ["tenant_id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
    )
    op.create_index(
        "ix_return_payable",
        "return",
        ["tenant_id", "requested_at", "id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("payable"),
        postgresql_where=sa.text("payable"),
    )
    op.create_index(op.f("ix_return_policy_id"), "return", ["policy_id"], unique=False)
    op.create_index(
        "ix_return_recipient",
        "return",
        ["tenant_id", "recipient_key"],
        unique=False,
        sqlite_where=sa.text("recipient_key <> ''"),
        postgresql_where=sa.text("recipient_key <> ''"),
    )
    op.create_index(
        op.f("ix_return_tenant_id_requested_at"), "return", ["tenant_id", "requested_at"], unique=False
    )
    op.create_index(
        op.f("ix_return_tenant_id_stage_requested_at"),
        "return",
        ["tenant_id", "stage", "requested_at"],
        unique=False,
    )
    op.create_index(
        "ix_return_unanswered",
        "return",
        ["tenant_id", "requested_at", "id", "currency", "quoted"],
        unique=False,
        sqlite_where=sa.text("unanswered_since IS NOT NULL"),
        postgresql_where=sa.text("unanswered_since IS NOT NULL"),
    )
    op.create_index(
        "uq_return_draft",
        "return",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft' AND gift IS NULL"),
        postgresql_where=sa.text("state = 'draft' AND gift IS NULL"),
    )
    op.create_index(
        "uq_return_gift",
        "return",
        ["gift"],
        unique=True,
        sqlite_where=sa.text("state = 'draft' AND gift IS NOT NULL"),
        postgresql_where=sa.text("state = 'draft' AND gift IS NOT NULL"),
    )
    op.create_table(
        "stock_level",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_stock_level_tenant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_stock_level_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_level")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_stock_level_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_stock_level_variant_id_at_id"), "stock_level", ["variant_id", "at", "id"], unique=False
    )
    op.create_table(
        "demand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "open",
                "paid",
                "lapsed",
                "cancelled",
                "returning",
                "returned",
                "stuck",
                name="demandstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=False),
        sa.Column("payment", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("rounds", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_demand_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_demand_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_demand_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_demand_tenant_id_id")),
    )
    op.create_index(op.f("ix_demand_return_id"), "demand", ["return_id"], unique=False)
    op.create_index(op.f("ix_demand_tenant_id_about"), "demand", ["tenant_id", "about"], unique=False)
    op.create_index(op.f("ix_demand_tenant_id_state"), "demand", ["tenant_id", "state"], unique=False)
    op.create_index(
        "uq_demand_live",
        "demand",
        ["tenant_id", "about"],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'open', 'paid')"),
        postgresql_where=sa.text("state IN ('asked', 'open', 'paid')"),
    )
    op.create_index(
        "uq_demand_payment",
        "demand",
        ["tenant_id", "gateway", "payment"],
        unique=True,
        sqlite_where=sa.text("payment <> ''"),
        postgresql_where=sa.text("payment <> ''"),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_note_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_note_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_note_tenant_id_id")),
    )
    op.create_index(op.f("ix_note_return_id"), "note", ["return_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_notice_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_notice_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_notice_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("about", "event", "kind", name=op.f("uq_notice_about_event_kind")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_notice_tenant_id_id")),
    )
    op.create_index(op.f("ix_notice_order_id"), "notice", ["order_id"], unique=False)
    op.create_index(op.f("ix_notice_return_id"), "notice", ["return_id"], unique=False)
    op.create_table(
        "parcel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "awaiting_label",
                "label_issued",
                "in_transit",
                "delivered",
                "received",
                "lost",
                name="parcelstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=False),
        sa.Column("tracking_key", sa.String(length=80), nullable=False),
        sa.Column("label_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("awaited_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_parcel_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_parcel_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("return_id", "no", name=op.f("uq_parcel_return_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_parcel_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_parcel_tenant_id_tracking_key"), "parcel", ["tenant_id", "tracking_key"], unique=False
    )
    op.create_table(
        "reconciliation_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "same",
                "only_there",
                "only_here",
                "amount",
                "state",
                "neighbour",
                "ledger",
                "twice",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column(
            "way",
            sa.Enum("in", "out", "back", name="way", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=True),
        sa.Column("here", sa.BigInteger(), nullable=True),
        sa.Column("here_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked", sa.BigInteger(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("there", sa.BigInteger(), nullable=True),
        sa.Column("there_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stood", sa.String(length=20), nullable=False),
        sa.Column("stood_there", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_reconciliation_line_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "run_id"],
            ["reconciliation.tenant_id", "reconciliation.id"],
            name=op.f("fk_reconciliation_line_tenant_id_run_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reconciliation_line_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_line")),
        sa.UniqueConstraint("run_id", "no", name=op.f("uq_reconciliation_line_run_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reconciliation_line_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_reconciliation_line_return_id"), "reconciliation_line", ["return_id"], unique=False
    )
    op.create_table(
        "refund_proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("within", sa.BigInteger(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_refund_proposal_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_refund_proposal_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_refund_proposal_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_proposal")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_refund_proposal_tenant_id_id")),
    )
    op.create_index(
        "uq_refund_proposal_open",
        "refund_proposal",
        ["return_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "return_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("met", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("stored_verdict", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("wanted_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_return_line_quantity")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_return_line_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_return_line_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "wanted_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_return_line_tenant_id_wanted_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_return_line_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_line")),
        sa.UniqueConstraint(
            "return_id", "order_line_id", name=op.f("uq_return_line_return_id_order_line_id")
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_return_line_tenant_id_id")),
    )
    op.create_index(op.f("ix_return_line_order_line_id"), "return_line", ["order_line_id"], unique=False)
    op.create_index(op.f("ix_return_line_wanted_id"), "return_line", ["wanted_id"], unique=False)
    op.create_table(
        "return_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("shop", "shopper", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_return_message_tenant_id_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_return_message_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_return_message_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_message")),
        sa.UniqueConstraint("return_id", "no", name=op.f("uq_return_message_return_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_return_message_tenant_id_id")),
    )
    op.create_index(op.f("ix_return_message_by"), "return_message", ["by"], unique=False)
    op.create_table(
        "demand_refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "came_back_at IS NULL OR succeeded_at IS NOT NULL", name=op.f("ck_demand_refund_came_back")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "demand_id"],
            ["demand.tenant_id", "demand.id"],
            name=op.f("fk_demand_refund_tenant_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_demand_refund_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_refund")),
        sa.UniqueConstraint("demand_id", "no", name=op.f("uq_demand_refund_demand_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_demand_refund_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_demand_refund_tenant_id_key")),
    )
    op.create_index(
        "uq_demand_refund_reference",
        "demand_refund",
        ["tenant_id", "gateway", "reference"],
        unique=True,
        sqlite_where=sa.text("reference <> ''"),
        postgresql_where=sa.text("reference <> ''"),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column(
            "taken_by",
            sa.Enum("shopper", "dock", name="taker", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["return_line.tenant_id", "return_line.id"],
            name=op.f("fk_photo_tenant_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_photo_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_photo_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("line_id", "taken_by", "digest", name=op.f("uq_photo_line_id_taken_by_digest")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_photo_tenant_id_id")),
    )
    op.create_index(op.f("ix_photo_return_id"), "photo", ["return_id"], unique=False)
    op.create_index(op.f("ix_photo_tenant_id_at"), "photo", ["tenant_id", "at"], unique=False)
    op.create_table(
        "pooled_label",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=False),
        sa.Column("tracking_key", sa.String(length=80), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parcel_id"],
            ["parcel.tenant_id", "parcel.id"],
            name=op.f("fk_pooled_label_tenant_id_parcel_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_pooled_label_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pooled_label")),
        sa.UniqueConstraint("parcel_id", name=op.f("uq_pooled_label_parcel_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_pooled_label_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "tracking_key", name=op.f("uq_pooled_label_tenant_id_tracking_key")),
    )
    op.create_index(
        "ix_pooled_label_free",
        "pooled_label",
        ["tenant_id", "id"],
        unique=False,
        sqlite_where=sa.text("parcel_id IS NULL"),
        postgresql_where=sa.text("parcel_id IS NULL"),
    )
    op.create_table(
        "reduction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "accepted",
                "lapsed",
                "objected",
                "upheld",
                "changed",
                "withdrawn",
                name="reductionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "ground",
            sa.Enum(
                "condition",
                "missing_parts",
                "other",
                name="ground",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection", sa.Text(), nullable=False),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(decide_by IS NULL) = (objected_at IS NULL)", name=op.f("ck_reduction_objected")),
        sa.CheckConstraint("(points IS NULL) <> (amount IS NULL)", name=op.f("ck_reduction_off")),
        sa.CheckConstraint("points <= 10000", name=op.f("ck_reduction_points")),
        sa.CheckConstraint("units > 0 AND total > 0 AND total <= asked", name=op.f("ck_reduction_total")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decided_by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_reduction_tenant_id_decided_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["return_line.tenant_id", "return_line.id"],
            name=op.f("fk_reduction_tenant_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "made_by"],
            ["staff_user.tenant_id", "staff_user.id"],
            name=op.f("fk_reduction_tenant_id_made_by"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_reduction_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reduction_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reduction")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_reduction_tenant_id_id")),
    )
    op.create_index(op.f("ix_reduction_decided_by"), "reduction", ["decided_by"], unique=False)
    op.create_index(op.f("ix_reduction_line_id"), "reduction", ["line_id"], unique=False)
    op.create_index(op.f("ix_reduction_made_by"), "reduction", ["made_by"], unique=False)
    op.create_table(
        "refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "resolution",
            sa.Enum(
                "original",
                "store_credit",
                "gift_card",
                "exchange",
                name="resolution",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("delivery", sa.BigInteger(), nullable=False),
        sa.Column("delivery_taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("cut", sa.BigInteger(), nullable=False),
        sa.Column("goodwill", sa.BigInteger(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("NOT alone OR proposal_id IS NOT NULL", name=op.f("ck_refund_alone")),
        sa.CheckConstraint(
            "amount >= 0 AND shipping >= 0 AND delivery >= 0 AND cut >= 0", name=op.f("ck_refund_amounts")
        ),
        sa.CheckConstraint("goodwill >= 0 AND goodwill <= amount", name=op.f("ck_refund_goodwill")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_refund_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "proposal_id"],
            ["refund_proposal.tenant_id", "refund_proposal.id"],
            name=op.f("fk_refund_tenant_id_proposal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_refund_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_refund_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_refund_proposal_id")),
        sa.UniqueConstraint("return_id", "no", name=op.f("uq_refund_return_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_refund_tenant_id_id")),
    )
    op.create_index(op.f("ix_refund_order_id"), "refund", ["order_id"], unique=False)
    op.create_index(op.f("ix_refund_proposal_id"), "refund", ["proposal_id"], unique=False)
    op.create_index(
        op.f("ix_refund_tenant_id_approved_at"), "refund", ["tenant_id", "approved_at"], unique=False
    )
    op.create_index(
        op.f("ix_refund_tenant_id_approved_by_day"),
        "refund",
        ["tenant_id", "approved_by", "day"],
        unique=False,
    )
    op.create_table(
        "credit_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "credit",
                "cancellation",
                name="note_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("order_number", sa.String(length=60), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("fees", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("goodwill", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("delivery", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit' AND net >= 0 AND tax >= 0 AND fees >= 0 AND shipping >= 0 AND goodwill >= 0 AND total >= 0) OR (kind = 'cancellation' AND net <= 0 AND tax <= 0 AND fees <= 0 AND shipping <= 0 AND goodwill <= 0 AND total <= 0)",
            name=op.f("ck_credit_note_sign"),
        ),
        sa.CheckConstraint(
            "net + tax - fees - shipping + goodwill = total", name=op.f("ck_credit_note_total")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "refund_id"],
            ["refund.tenant_id", "refund.id"],
            name=op.f("fk_credit_note_tenant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_credit_note_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("refund_id", "kind", name=op.f("uq_credit_note_refund_id_kind")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_credit_note_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_credit_note_tenant_id_no")),
    )
    op.create_index(
        op.f("ix_credit_note_tenant_id_issued_at"), "credit_note", ["tenant_id", "issued_at"], unique=False
    )
    op.create_table(
        "exchange",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "wanted",
                "to_pay",
                "to_ship",
                "waiting",
                "shipped",
                "ended",
                name="exchangestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sold_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carrier", sa.String(length=60), nullable=False),
        sa.Column("tracking", sa.String(length=80), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state <> 'shipped' OR shipped_at IS NOT NULL", name=op.f("ck_exchange_shipped")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_exchange_value")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["orders.tenant_id", "orders.id"],
            name=op.f("fk_exchange_tenant_id_order_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "refund_id"],
            ["refund.tenant_id", "refund.id"],
            name=op.f("fk_exchange_tenant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_exchange_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_exchange_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_exchange_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_exchange_tenant_id_number")),
    )
    op.create_index(op.f("ix_exchange_order_id"), "exchange", ["order_id"], unique=False)
    op.create_index(op.f("ix_exchange_refund_id"), "exchange", ["refund_id"], unique=False)
    op.create_index(
        op.f("ix_exchange_tenant_id_state_changed_at_id"),
        "exchange",
        ["tenant_id", "state", "changed_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_exchange_alive",
        "exchange",
        ["return_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_table(
        "goodwill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "late",
                "mistake",
                "quality",
                "loyalty",
                "other",
                name="goodwill_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_goodwill_amount")),
        sa.CheckConstraint("refund_id IS NULL OR withdrawn_at IS NULL", name=op.f("ck_goodwill_one_end")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "refund_id"],
            ["refund.tenant_id", "refund.id"],
            name=op.f("fk_goodwill_tenant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_goodwill_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_goodwill_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goodwill")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_goodwill_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_goodwill_tenant_id_granted_by_month"),
        "goodwill",
        ["tenant_id", "granted_by", "month"],
        unique=False,
    )
    op.create_table(
        "photo_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "photo_id"],
            ["photo.tenant_id", "photo.id"],
            name=op.f("fk_photo_file_tenant_id_photo_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_photo_file_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_file")),
        sa.UniqueConstraint("photo_id", name=op.f("uq_photo_file_photo_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_photo_file_tenant_id_id")),
    )
    op.create_table(
        "refund_leg",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column(
            "destination",
            sa.Enum(
                "payment",
                "store_credit",
                "gift_card",
                "exchange",
                name="destination",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("credit_id", sa.Uuid(), nullable=True),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("share_no", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "approved",
                "submitted",
                "unknown",
                "pending",
                "succeeded",
                "failed",
                "cancelled",
                "reversed",
                name="legstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("gateway", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "bonus = 0 OR (bonus > 0 AND destination IN ('store_credit', 'gift_card'))",
            name=op.f("ck_refund_leg_bonus"),
        ),
        sa.CheckConstraint(
            "destination <> 'payment' OR payment_id IS NOT NULL", name=op.f("ck_refund_leg_payment")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_leg_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "card_id"],
            ["gift_card.tenant_id", "gift_card.id"],
            name=op.f("fk_refund_leg_tenant_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_id"],
            ["store_credit.tenant_id", "store_credit.id"],
            name=op.f("fk_refund_leg_tenant_id_credit_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "payment_id"],
            ["payment.tenant_id", "payment.id"],
            name=op.f("fk_refund_leg_tenant_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "refund_id"],
            ["refund.tenant_id", "refund.id"],
            name=op.f("fk_refund_leg_tenant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "replaces_id"],
            ["refund_leg.tenant_id", "refund_leg.id"],
            name=op.f("fk_refund_leg_tenant_id_replaces_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_refund_leg_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_leg")),
        sa.UniqueConstraint("refund_id", "no", name=op.f("uq_refund_leg_refund_id_no")),
        sa.UniqueConstraint("replaces_id", "share_no", name=op.f("uq_refund_leg_replaces_id_share_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_refund_leg_tenant_id_id")),
    )
    op.create_index(
        "ix_refund_leg_by_hand",
        "refund_leg",
        ["tenant_id", "changed_at", "id"],
        unique=False,
        sqlite_where=sa.text("gateway = 'manual' AND state = 'approved'"),
        postgresql_where=sa.text("gateway = 'manual' AND state = 'approved'"),
    )
    op.create_index(op.f("ix_refund_leg_card_id"), "refund_leg", ["card_id"], unique=False)
    op.create_index(op.f("ix_refund_leg_credit_id"), "refund_leg", ["credit_id"], unique=False)
    op.create_index(op.f("ix_refund_leg_payment_id"), "refund_leg", ["payment_id"], unique=False)
    op.create_index(
        "ix_refund_leg_stopped",
        "refund_leg",
        ["tenant_id", "changed_at", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('failed', 'reversed')"),
        postgresql_where=sa.text("state IN ('failed', 'reversed')"),
    )
    op.create_index(
        "uq_refund_leg_reference",
        "refund_leg",
        ["tenant_id", "gateway", "reference"],
        unique=True,
        sqlite_where=sa.text("reference <> ''"),
        postgresql_where=sa.text("reference <> ''"),
    )
    op.create_table(
        "return_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("return_line_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=True),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("unit_no", sa.BigInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "claimed",
                "authorized",
                "declined",
                "received",
                "inspected",
                "missing",
                "wrong_item",
                "kept",
                "cancelled",
                "expired",
                name="itemstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "grade",
            sa.Enum(
                "A", "B", "C", "D", "E", name="grade", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column(
            "disposition",
            sa.Enum(
                "restock",
                "restock_open_box",
                "refurbish",
                "quarantine",
                "return_to_vendor",
                "donate",
                "recycle",
                "destroy",
                "send_back",
                name="disposition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "reduced",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reduction", sa.BigInteger(), nullable=False),
        sa.Column("reduced_by_id", sa.Uuid(), nullable=True),
        sa.Column("less", sa.BigInteger(), nullable=False),
        sa.Column("reducing", sa.Boolean(), nullable=False),
        sa.Column("inspections", sa.BigInteger(), nullable=False),
        sa.Column("refunding", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(less > 0) = (reduced_by_id IS NOT NULL)", name=op.f("ck_return_item_less")),
        sa.CheckConstraint("NOT (reducing AND refunding)", name=op.f("ck_return_item_reducing")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_return_item_tenant_id_order_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parcel_id"],
            ["parcel.tenant_id", "parcel.id"],
            name=op.f("fk_return_item_tenant_id_parcel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "reduced_by_id"],
            ["reduction.tenant_id", "reduction.id"],
            name=op.f("fk_return_item_tenant_id_reduced_by_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_return_item_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_line_id"],
            ["return_line.tenant_id", "return_line.id"],
            name=op.f("fk_return_item_tenant_id_return_line_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_return_item_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_item")),
        sa.UniqueConstraint("return_id", "no", name=op.f("uq_return_item_return_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_return_item_tenant_id_id")),
    )
    op.create_index(op.f("ix_return_item_order_line_id"), "return_item", ["order_line_id"], unique=False)
    op.create_index(op.f("ix_return_item_parcel_id"), "return_item", ["parcel_id"], unique=False)
    op.create_index(op.f("ix_return_item_reduced_by_id"), "return_item", ["reduced_by_id"], unique=False)
    op.create_index(op.f("ix_return_item_return_line_id"), "return_item", ["return_line_id"], unique=False)
    op.create_index(
        op.f("ix_return_item_tenant_id_state"), "return_item", ["tenant_id", "state"], unique=False
    )
    op.create_index(
        "uq_return_item_live",
        "return_item",
        ["order_line_id", "unit_no"],
        unique=True,
        sqlite_where=sa.text(
            "(state IN ('claimed', 'authorized', 'received', 'missing', 'kept') OR (state = 'inspected' AND outcome <> 'refused'))"
        ),
        postgresql_where=sa.text(
            "(state IN ('claimed', 'authorized', 'received', 'missing', 'kept') OR (state = 'inspected' AND outcome <> 'refused'))"
        ),
    )
    op.create_table(
        "bank_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("ending", sa.String(length=4), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(sealed IS NULL) = (forgotten_at IS NOT NULL) AND (ending IS NULL) = (sealed IS NULL)",
            name=op.f("ck_bank_account_forgotten"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "leg_id"],
            ["refund_leg.tenant_id", "refund_leg.id"],
            name=op.f("fk_bank_account_tenant_id_leg_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_bank_account_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
        sa.UniqueConstraint("leg_id", name=op.f("uq_bank_account_leg_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_bank_account_tenant_id_id")),
    )
    op.create_index(op.f("ix_bank_account_leg_id"), "bank_account", ["leg_id"], unique=False)
    op.create_table(
        "credit_note_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("shop", sa.String(length=120), nullable=False),
        sa.Column("shop_lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("contact", sa.String(length=254), nullable=False),
        sa.Column("tax_number", sa.String(length=60), nullable=False),
        sa.Column("buyer", sa.String(length=200), nullable=False),
        sa.Column("buyer_lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("ways", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "note_id"],
            ["credit_note.tenant_id", "credit_note.id"],
            name=op.f("fk_credit_note_names_tenant_id_note_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_credit_note_names_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_names")),
        sa.UniqueConstraint("note_id", name=op.f("uq_credit_note_names_note_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_credit_note_names_tenant_id_id")),
    )
    op.create_table(
        "exchange_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("return_line_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("variant", sa.String(length=200), nullable=False),
        sa.Column("image", sa.String(length=500), nullable=False),
        sa.Column("category", sa.String(length=120), nullable=False),
        sa.Column("tags", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("unit_cost", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("at_price_paid", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("rates", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("asked > 0", name=op.f("ck_exchange_line_asked")),
        sa.CheckConstraint("at_price_paid OR amount >= 0", name=op.f("ck_exchange_line_amount")),
        sa.CheckConstraint("quantity >= 0 AND quantity <= asked", name=op.f("ck_exchange_line_quantity")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_exchange_line_value")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "exchange_id"],
            ["exchange.tenant_id", "exchange.id"],
            name=op.f("fk_exchange_line_tenant_id_exchange_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_line_id"],
            ["return_line.tenant_id", "return_line.id"],
            name=op.f("fk_exchange_line_tenant_id_return_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "variant_id"],
            ["variant.tenant_id", "variant.id"],
            name=op.f("fk_exchange_line_tenant_id_variant_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_exchange_line_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_line")),
        sa.UniqueConstraint(
            "exchange_id", "return_line_id", name=op.f("uq_exchange_line_exchange_id_return_line_id")
        ),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_exchange_line_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_exchange_line_return_line_id"), "exchange_line", ["return_line_id"], unique=False
    )
    op.create_index(op.f("ix_exchange_line_variant_id"), "exchange_line", ["variant_id"], unique=False)
    op.create_table(
        "leg_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "leg_id"],
            ["refund_leg.tenant_id", "refund_leg.id"],
            name=op.f("fk_leg_attempt_tenant_id_leg_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_leg_attempt_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg_attempt")),
        sa.UniqueConstraint("leg_id", "no", name=op.f("uq_leg_attempt_leg_id_no")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_leg_attempt_tenant_id_id")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_leg_attempt_tenant_id_key")),
    )
    op.create_table(
        "leg_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("leg_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "store_credit",
                "bank_account",
                name="asked",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum("yes", "no", name="said", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'store_credit' OR (answer IS NULL) = (words = '')", name=op.f("ck_leg_question_words")
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("ck_leg_question_answered")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "leg_id"],
            ["refund_leg.tenant_id", "refund_leg.id"],
            name=op.f("fk_leg_question_tenant_id_leg_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_leg_question_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg_question")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_leg_question_tenant_id_id")),
    )
    op.create_index(
        "uq_leg_question_open",
        "leg_question",
        ["leg_id", "kind"],
        unique=True,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "parcel_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "wrong", "unexpected", name="casekind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "waiting",
                "sent_back",
                "accepted",
                "disposed",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("looks", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=True),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(kind = 'wrong') = (item_id IS NOT NULL)", name=op.f("ck_parcel_case_instead")),
        sa.CheckConstraint(
            "(solved_at IS NULL) = (state IN ('open', 'waiting'))", name=op.f("ck_parcel_case_solved")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "item_id"],
            ["return_item.tenant_id", "return_item.id"],
            name=op.f("fk_parcel_case_tenant_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "line_id"],
            ["order_line.tenant_id", "order_line.id"],
            name=op.f("fk_parcel_case_tenant_id_line_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "parcel_id"],
            ["parcel.tenant_id", "parcel.id"],
            name=op.f("fk_parcel_case_tenant_id_parcel_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_parcel_case_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_parcel_case_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel_case")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_parcel_case_tenant_id_id")),
    )
    op.create_index(op.f("ix_parcel_case_item_id"), "parcel_case", ["item_id"], unique=False)
    op.create_index(op.f("ix_parcel_case_line_id"), "parcel_case", ["line_id"], unique=False)
    op.create_index(op.f("ix_parcel_case_parcel_id"), "parcel_case", ["parcel_id"], unique=False)
    op.create_index(op.f("ix_parcel_case_return_id"), "parcel_case", ["return_id"], unique=False)
    op.create_index(
        "ix_parcel_case_unsolved",
        "parcel_case",
        ["tenant_id", "found_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('open', 'waiting')"),
        postgresql_where=sa.text("state IN ('open', 'waiting')"),
    )
    op.create_table(
        "refund_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("taxes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("quoted_fee", sa.BigInteger(), nullable=False),
        sa.Column("fee_rule", sa.String(length=40), nullable=False),
        sa.Column("reduction", sa.BigInteger(), nullable=False),
        sa.Column("cut", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "net >= 0 AND fee >= 0 AND amount >= 0 AND quoted_fee >= 0", name=op.f("ck_refund_part_amounts")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "item_id"],
            ["return_item.tenant_id", "return_item.id"],
            name=op.f("fk_refund_part_tenant_id_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "refund_id"],
            ["refund.tenant_id", "refund.id"],
            name=op.f("fk_refund_part_tenant_id_refund_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_refund_part_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund_part")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_refund_part_tenant_id_id")),
    )
    op.create_index(op.f("ix_refund_part_refund_id"), "refund_part", ["refund_id"], unique=False)
    op.create_index(
        "uq_refund_part_item",
        "refund_part",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("NOT released"),
        postgresql_where=sa.text("NOT released"),
    )
    op.create_table(
        "waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("return_id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.Uuid(), nullable=False),
        sa.Column("demand_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "late",
                "mistake",
                "quality",
                "loyalty",
                "other",
                name="waiver_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_waiver_amount")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "demand_id"],
            ["demand.tenant_id", "demand.id"],
            name=op.f("fk_waiver_tenant_id_demand_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "exchange_id"],
            ["exchange.tenant_id", "exchange.id"],
            name=op.f("fk_waiver_tenant_id_exchange_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "return_id"],
            ["return.tenant_id", "return.id"],
            name=op.f("fk_waiver_tenant_id_return_id"),
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_waiver_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("tenant_id", "demand_id", name=op.f("uq_waiver_tenant_id_demand_id")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_waiver_tenant_id_id")),
    )
    op.create_index(
        op.f("ix_waiver_tenant_id_granted_by_month"),
        "waiver",
        ["tenant_id", "granted_by", "month"],
        unique=False,
    )
    append_only(op.execute, op.get_bind().dialect.name, "trail")
    append_only(op.execute, op.get_bind().dialect.name, "trail_seal")
    append_only(op.execute, op.get_bind().dialect.name, "journal_entry")
    append_only(op.execute, op.get_bind().dialect.name, "posting")
    append_only(op.execute, op.get_bind().dialect.name, "chart_version")
    append_only(op.execute, op.get_bind().dialect.name, "reconciliation_sum")
    append_only(op.execute, op.get_bind().dialect.name, "reconciliation_line")
    append_only(op.execute, op.get_bind().dialect.name, "stock_movement")
    append_only(op.execute, op.get_bind().dialect.name, "credit_entry")
    append_only(op.execute, op.get_bind().dialect.name, "feed_entry")
    append_only(op.execute, op.get_bind().dialect.name, "gift_card_entry")
    append_only(op.execute, op.get_bind().dialect.name, "stock_level")
    append_only(op.execute, op.get_bind().dialect.name, "credit_note")


def downgrade() -> None:
    op.drop_index(op.f("ix_waiver_tenant_id_granted_by_month"), table_name="waiver")
    op.drop_table("waiver")
    op.drop_index(
        "uq_refund_part_item",
        table_name="refund_part",
        sqlite_where=sa.text("NOT released"),
        postgresql_where=sa.text("NOT released"),
    )
    op.drop_index(op.f("ix_refund_part_refund_id"), table_name="refund_part")
    op.drop_table("refund_part")
    op.drop_index(
        "ix_parcel_case_unsolved",
        table_name="parcel_case",
        sqlite_where=sa.text("state IN ('open', 'waiting')"),
        postgresql_where=sa.text("state IN ('open', 'waiting')"),
    )
    op.drop_index(op.f("ix_parcel_case_return_id"), table_name="parcel_case")
    op.drop_index(op.f("ix_parcel_case_parcel_id"), table_name="parcel_case")
    op.drop_index(op.f("ix_parcel_case_line_id"), table_name="parcel_case")
    op.drop_index(op.f("ix_parcel_case_item_id"), table_name="parcel_case")
    op.drop_table("parcel_case")
    op.drop_index(
        "uq_leg_question_open",
        table_name="leg_question",
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.drop_table("leg_question")
    op.drop_table("leg_attempt")
    op.drop_index(op.f("ix_exchange_line_variant_id"), table_name="exchange_line")
    op.drop_index(op.f("ix_exchange_line_return_line_id"), table_name="exchange_line")
    op.drop_table("exchange_line")
    op.drop_table("credit_note_names")
    op.drop_index(op.f("ix_bank_account_leg_id"), table_name="bank_account")
    op.drop_table("bank_account")
    op.drop_index(
        "uq_return_item_live",
        table_name="return_item",
        sqlite_where=sa.text(
            "(state IN ('claimed', 'authorized', 'received', 'missing', 'kept') OR (state = 'inspected' AND outcome <> 'refused'))"
        ),
        postgresql_where=sa.text(
            "(state IN ('claimed', 'authorized', 'received', 'missing', 'kept') OR (state = 'inspected' AND outcome <> 'refused'))"
        ),
    )
    op.drop_index(op.f("ix_return_item_tenant_id_state"), table_name="return_item")
    op.drop_index(op.f("ix_return_item_return_line_id"), table_name="return_item")
    op.drop_index(op.f("ix_return_item_reduced_by_id"), table_name="return_item")
    op.drop_index(op.f("ix_return_item_parcel_id"), table_name="return_item")
    op.drop_index(op.f("ix_return_item_order_line_id"), table_name="return_item")
    op.drop_table("return_item")
    op.drop_index(
        "uq_refund_leg_reference",
        table_name="refund_leg",
        sqlite_where=sa.text("reference <> ''"),
        postgresql_where=sa.text("reference <> ''"),
    )
    op.drop_index(
        "ix_refund_leg_stopped",
        table_name="refund_leg",
        sqlite_where=sa.text("state IN ('failed', 'reversed')"),
        postgresql_where=sa.text("state IN ('failed', 'reversed')"),
    )
    op.drop_index(op.f("ix_refund_leg_payment_id"), table_name="refund_leg")
    op.drop_index(op.f("ix_refund_leg_credit_id"), table_name="refund_leg")
    op.drop_index(op.f("ix_refund_leg_card_id"), table_name="refund_leg")
    op.drop_index(
        "ix_refund_leg_by_hand",
        table_name="refund_leg",
        sqlite_where=sa.text("gateway = 'manual' AND state = 'approved'"),
        postgresql_where=sa.text("gateway = 'manual' AND state = 'approved'"),
    )
    op.drop_table("refund_leg")
    op.drop_table("photo_file")
    op.drop_index(op.f("ix_goodwill_tenant_id_granted_by_month"), table_name="goodwill")
    op.drop_table("goodwill")
    op.drop_index(
        "uq_exchange_alive",
        table_name="exchange",
        sqlite_where=sa.text("state <> 'ended'"),
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.drop_index(op.f("ix_exchange_tenant_id_state_changed_at_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_refund_id"), table_name="exchange")
    op.drop_index(op.f("ix_exchange_order_id"), table_name="exchange")
    op.drop_table("exchange")
    op.drop_index(op.f("ix_credit_note_tenant_id_issued_at"), table_name="credit_note")
    op.drop_table("credit_note")
    op.drop_index(op.f("ix_refund_tenant_id_approved_by_day"), table_name="refund")
    op.drop_index(op.f("ix_refund_tenant_id_approved_at"), table_name="refund")
    op.drop_index(op.f("ix_refund_proposal_id"), table_name="refund")
    op.drop_index(op.f("ix_refund_order_id"), table_name="refund")
    op.drop_table("refund")
    op.drop_index(op.f("ix_reduction_made_by"), table_name="reduction")
    op.drop_index(op.f("ix_reduction_line_id"), table_name="reduction")
    op.drop_index(op.f("ix_reduction_decided_by"), table_name="reduction")
    op.drop_table("reduction")
    op.drop_index(
        "ix_pooled_label_free",
        table_name="pooled_label",
        sqlite_where=sa.text("parcel_id IS NULL"),
        postgresql_where=sa.text("parcel_id IS NULL"),
    )
    op.drop_table("pooled_label")
    op.drop_index(op.f("ix_photo_tenant_id_at"), table_name="photo")
    op.drop_index(op.f("ix_photo_return_id"), table_name="photo")
    op.drop_table("photo")
    op.drop_index(
        "uq_demand_refund_reference",
        table_name="demand_refund",
        sqlite_where=sa.text("reference <> ''"),
        postgresql_where=sa.text("reference <> ''"),
    )
    op.drop_table("demand_refund")
    op.drop_index(op.f("ix_return_message_by"), table_name="return_message")
    op.drop_table("return_message")
    op.drop_index(op.f("ix_return_line_wanted_id"), table_name="return_line")
    op.drop_index(op.f("ix_return_line_order_line_id"), table_name="return_line")
    op.drop_table("return_line")
    op.drop_index(
        "uq_refund_proposal_open",
        table_name="refund_proposal",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("refund_proposal")
    op.drop_index(op.f("ix_reconciliation_line_return_id"), table_name="reconciliation_line")
    op.drop_table("reconciliation_line")
    op.drop_index(op.f("ix_parcel_tenant_id_tracking_key"), table_name="parcel")
    op.drop_table("parcel")
    op.drop_index(op.f("ix_notice_return_id"), table_name="notice")
    op.drop_index(op.f("ix_notice_order_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_note_return_id"), table_name="note")
    op.drop_table("note")
    op.drop_index(
        "uq_demand_payment",
        table_name="demand",
        sqlite_where=sa.text("payment <> ''"),
        postgresql_where=sa.text("payment <> ''"),
    )
    op.drop_index(
        "uq_demand_live",
        table_name="demand",
        sqlite_where=sa.text("state IN ('asked', 'open', 'paid')"),
        postgresql_where=sa.text("state IN ('asked', 'open', 'paid')"),
    )
    op.drop_index(op.f("ix_demand_tenant_id_state"), table_name="demand")
    op.drop_index(op.f("ix_demand_tenant_id_about"), table_name="demand")
    op.drop_index(op.f("ix_demand_return_id"), table_name="demand")
    op.drop_table("demand")
    op.drop_index(op.f("ix_stock_level_variant_id_at_id"), table_name="stock_level")
    op.drop_table("stock_level")
    op.drop_index(
        "uq_return_gift",
        table_name="return",
        sqlite_where=sa.text("state = 'draft' AND gift IS NOT NULL"),
        postgresql_where=sa.text("state = 'draft' AND gift IS NOT NULL"),
    )
    op.drop_index(
        "uq_return_draft",
        table_name="return",
        sqlite_where=sa.text("state = 'draft' AND gift IS NULL"),
        postgresql_where=sa.text("state = 'draft' AND gift IS NULL"),
    )
    op.drop_index(
        "ix_return_unanswered",
        table_name="return",
        sqlite_where=sa.text("unanswered_since IS NOT NULL"),
        postgresql_where=sa.text("unanswered_since IS NOT NULL"),
    )
    op.drop_index(op.f("ix_return_tenant_id_stage_requested_at"), table_name="return")
    op.drop_index(op.f("ix_return_tenant_id_requested_at"), table_name="return")
    op.drop_index(
        "ix_return_recipient",
        table_name="return",
        sqlite_where=sa.text("recipient_key <> ''"),
        postgresql_where=sa.text("recipient_key <> ''"),
    )
    op.drop_index(op.f("ix_return_policy_id"), table_name="return")
    op.drop_index(
        "ix_return_payable",
        table_name="return",
        sqlite_where=sa.text("payable"),
        postgresql_where=sa.text("payable"),
    )
    op.drop_index(
        "ix_return_owed",
        table_name="return",
        sqlite_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_return_order_id"), table_name="return")
    op.drop_index(
        "ix_return_open",
        table_name="return",
        sqlite_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NULL AND requested_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_return_objected",
        table_name="return",
        sqlite_where=sa.text("objected_since IS NOT NULL"),
        postgresql_where=sa.text("objected_since IS NOT NULL"),
    )
    op.drop_index(op.f("ix_return_made_by_id"), table_name="return")
    op.drop_index(
        "ix_return_failed",
        table_name="return",
        sqlite_where=sa.text("attention IS NOT NULL"),
        postgresql_where=sa.text("attention IS NOT NULL"),
    )
    op.drop_index(
        "ix_return_due",
        table_name="return",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("return")
    op.drop_index(
        "uq_reservation_about",
        table_name="reservation",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_index(op.f("ix_reservation_variant_id"), table_name="reservation")
    op.drop_index(
        "ix_reservation_held",
        table_name="reservation",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_table("reservation")
    op.drop_table("reconciliation_sum")
    op.drop_index(op.f("ix_override_order_line_id"), table_name="override")
    op.drop_table("override")
    op.drop_index(op.f("ix_gift_card_entry_card_id"), table_name="gift_card_entry")
    op.drop_table("gift_card_entry")
    op.drop_table("gateway_line")
    op.drop_index(
        "uq_variant_sold",
        table_name="variant",
        sqlite_where=sa.text("offered AND sku <> ''"),
        postgresql_where=sa.text("offered AND sku <> ''"),
    )
    op.drop_index(op.f("ix_variant_tenant_id_sku_id"), table_name="variant")
    op.drop_table("variant")
    op.drop_index(op.f("ix_stray_parcel_tenant_id_state_found_at"), table_name="stray_parcel")
    op.drop_index(op.f("ix_stray_parcel_order_id"), table_name="stray_parcel")
    op.drop_table("stray_parcel")
    op.drop_index(op.f("ix_stock_movement_tenant_id_sku_at"), table_name="stock_movement")
    op.drop_index(op.f("ix_stock_movement_tenant_id_at"), table_name="stock_movement")
    op.drop_index(op.f("ix_stock_movement_origin_id"), table_name="stock_movement")
    op.drop_index(op.f("ix_stock_movement_item_id"), table_name="stock_movement")
    op.drop_index(op.f("ix_stock_movement_destination_id"), table_name="stock_movement")
    op.drop_table("stock_movement")
    op.drop_index(op.f("ix_staff_session_user_id"), table_name="staff_session")
    op.drop_index(op.f("ix_staff_session_hand_id"), table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("shipment")
    op.drop_table("second_factor")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_reconciliation_tenant_id_ordered_at_id"), table_name="reconciliation")
    op.drop_index(op.f("ix_reconciliation_ordered_by"), table_name="reconciliation")
    op.drop_table("reconciliation")
    op.drop_index(op.f("ix_posting_entry_id"), table_name="posting")
    op.drop_index(op.f("ix_posting_account_id_currency"), table_name="posting")
    op.drop_table("posting")
    op.drop_index(
        "uq_policy_version_scheduled",
        table_name="policy_version",
        sqlite_where=sa.text("standing = 'scheduled'"),
        postgresql_where=sa.text("standing = 'scheduled'"),
    )
    op.drop_index(
        "uq_policy_version_active",
        table_name="policy_version",
        sqlite_where=sa.text("standing = 'active'"),
        postgresql_where=sa.text("standing = 'active'"),
    )
    op.drop_index(op.f("ix_policy_version_draft_id"), table_name="policy_version")
    op.drop_table("policy_version")
    op.drop_index(op.f("ix_payment_tenant_id_reference"), table_name="payment")
    op.drop_table("payment")
    op.drop_table("order_line")
    op.drop_index(op.f("ix_order_acceptance_order_id"), table_name="order_acceptance")
    op.drop_table("order_acceptance")
    op.drop_index(op.f("ix_one_time_link_user_id"), table_name="one_time_link")
    op.drop_index(op.f("ix_one_time_link_tenant_id_expires_at"), table_name="one_time_link")
    op.drop_index(op.f("ix_one_time_link_order_id"), table_name="one_time_link")
    op.drop_table("one_time_link")
    op.drop_index(
        "ix_job_tried",
        table_name="job",
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL AND attempts > 6"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL AND attempts > 6"),
    )
    op.drop_index(
        "ix_job_open",
        table_name="job",
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_index(
        "ix_job_dead",
        table_name="job",
        sqlite_where=sa.text("dead_at IS NOT NULL AND done_at IS NULL"),
        postgresql_where=sa.text("dead_at IS NOT NULL AND done_at IS NULL"),
    )
    op.drop_index(op.f("ix_job_cause"), table_name="job")
    op.drop_table("job")
    op.drop_table("import_file_remark")
    op.drop_table("import_file_part")
    op.drop_index(op.f("ix_gift_card_tenant_id_issued_at_id"), table_name="gift_card")
    op.drop_index(op.f("ix_gift_card_order_id"), table_name="gift_card")
    op.drop_table("gift_card")
    op.drop_index(op.f("ix_export_tenant_id_ordered_at_id"), table_name="export")
    op.drop_index(op.f("ix_export_ordered_by"), table_name="export")
    op.drop_table("export")
    op.drop_table("daily_mail")
    op.drop_index(op.f("ix_credit_entry_credit_id"), table_name="credit_entry")
    op.drop_table("credit_entry")
    op.drop_index(op.f("ix_chart_version_made_by"), table_name="chart_version")
    op.drop_table("chart_version")
    op.drop_table("trail_seal")
    op.drop_index(op.f("ix_trail_tenant_id_event_at_id"), table_name="trail")
    op.drop_index(op.f("ix_trail_tenant_id_at_id"), table_name="trail")
    op.drop_index(op.f("ix_trail_tenant_id_actor_kind_at_id"), table_name="trail")
    op.drop_index(op.f("ix_trail_subject_id"), table_name="trail")
    op.drop_index(
        "ix_trail_person",
        table_name="trail",
        sqlite_where=sa.text("actor_kind = 'person'"),
        postgresql_where=sa.text("actor_kind = 'person'"),
    )
    op.drop_table("trail")
    op.drop_table("store_credit")
    op.drop_table("staff_user")
    op.drop_table("shop_step")
    op.drop_index(op.f("ix_sent_mail_tenant_id_at"), table_name="sent_mail")
    op.drop_table("sent_mail")
    op.drop_table("product")
    op.drop_table("policy_draft")
    op.drop_index(op.f("ix_orders_tenant_id_placed_at_id"), table_name="orders")
    op.drop_index(op.f("ix_orders_tenant_id_number_key"), table_name="orders")
    op.drop_index(op.f("ix_orders_tenant_id_email_key_placed_at"), table_name="orders")
    op.drop_index(
        "ix_orders_flagged",
        table_name="orders",
        sqlite_where=sa.text("json_array_length(flags) > 0 AND NOT accepted"),
        postgresql_where=sa.text("json_array_length(flags) > 0 AND NOT accepted"),
    )
    op.drop_table("orders")
    op.drop_table("operation")
    op.drop_table("logo")
    op.drop_table("location")
    op.drop_index(op.f("ix_journal_entry_reverses"), table_name="journal_entry")
    op.drop_index(op.f("ix_journal_entry_about"), table_name="journal_entry")
    op.drop_table("journal_entry")
    op.drop_index(op.f("ix_import_file_tenant_id_created_at_id"), table_name="import_file")
    op.drop_table("import_file")
    op.drop_table("feed_entry")
    op.drop_table("book")
    op.drop_index(op.f("ix_attempt_tenant_id_at"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_subject_at"), table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("api_key")
    op.drop_table("account")
    op.drop_table("tenant")
    op.drop_table("shop_directory")
    op.drop_table("heartbeat")
