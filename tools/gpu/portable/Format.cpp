//===- Format.cpp - fmt's functions, for programs without its library -----===//
//
// Debian has fmt as a shared library alone. Its headers hold all of it; this
// file is the one that a portable program compiles them in.
//
//===----------------------------------------------------------------------===//

#include <fmt/format-inl.h>

template auto fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref)
    -> fmt::detail::thousands_sep_result<char>;
template char fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref);
