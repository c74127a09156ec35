//! Regular expressions that are read when the tool is built, not when it runs.

mod words;

use proc_macro::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Error, LitStr, Token, parse_macro_input};

/// A regular expression that stands in the code, `pattern!(r"one part", r"the next")`, with the words that a text needs
/// to fit it. What is no expression does not compile.
#[proc_macro]
pub fn pattern(parts: TokenStream) -> TokenStream {
    let parts = parse_macro_input!(parts with Punctuated::<LitStr, Token![,]>::parse_terminated);
    let source: String = parts.iter().map(LitStr::value).collect();
    let place = parts.first().map_or_else(proc_macro2::Span::call_site, LitStr::span);
    match words::needed(&source) {
        Ok(words) => quote! { crate::pattern::Pattern::known(#source, &[#(#words),*]) }.into(),
        Err(why) => Error::new(place, why).into_compile_error().into(),
    }
}
