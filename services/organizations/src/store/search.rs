//! Searching by a part of a text, in any case. The search is literal: it knows no placeholders.

use sea_orm::sea_query::{Expr, ExprTrait, Func, IntoColumnRef, LikeExpr};

/// The column holds the text.
pub fn holds(column: impl IntoColumnRef + Clone, text: &str) -> Expr {
    like(column, format!("%{}%", literal(text)))
}

/// The column begins with the text.
pub fn begins_with(column: impl IntoColumnRef + Clone, text: &str) -> Expr {
    like(column, format!("{}%", literal(text)))
}

/// Not every engine knows the case of letters beyond ASCII, so the text is also looked for as it was typed.
fn like(column: impl IntoColumnRef + Clone, pattern: String) -> Expr {
    let folded = LikeExpr::new(pattern.to_lowercase()).escape('\\');
    let typed = LikeExpr::new(pattern).escape('\\');
    Expr::from(Func::lower(Expr::col(column.clone()))).like(folded).or(Expr::col(column).like(typed))
}

fn literal(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}
