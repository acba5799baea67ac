#pragma once
// Secret references of the config and the command line: credential:NAME, file:PATH, env:NAME.
#include <filesystem>
#include <string_view>

#include "sedlink/core/error.hpp"
#include "sedlink/core/secret.hpp"

namespace sedlink::config {

// True for text that has the form of a reference, whether or not it leads anywhere.
[[nodiscard]] bool is_secret_reference(std::string_view) noexcept;

// credential:NAME -> $CREDENTIALS_DIRECTORY/NAME, then $CREDENTIALS_DIRECTORY/sedlink_NAME (without the variable, as at
// a shell: /etc/sedlink/credentials); file:PATH relative to
// `folder`; env:NAME. One trailing line break is dropped. Errors (audience admin, never with the secret's text):
// config.secret-form, config.secret-missing (the message names what was looked for).
[[nodiscard]] Result<Secret> resolve_secret(std::string_view reference, const std::filesystem::path& folder);
// The same with every byte kept: keys and certificates in DER may end with what looks like a line break.
[[nodiscard]] Result<Secret> resolve_secret_bytes(std::string_view reference, const std::filesystem::path& folder);

}  // namespace sedlink::config
