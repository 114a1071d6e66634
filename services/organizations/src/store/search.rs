//! Searching by a part of a text, in any case. The search is literal: it knows no placeholders.

use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, LikeExpr};

/// The column holds the text.
pub fn holds(column: impl IntoColumnRef, text: &str) -> Expr {
    like(column, format!("%{}%", literal(text)))
}

/// The column begins with the text.
pub fn begins_with(column: impl IntoColumnRef, text: &str) -> Expr {
    like(column, format!("{}%", literal(text)))
}

fn like(column: impl IntoColumnRef, pattern: String) -> Expr {
    Expr::from(Func::lower(Expr::col(column))).like(LikeExpr::new(pattern).escape('\\'))
}

fn literal(text: &str) -> String {
    text.to_lowercase().replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}
