#pragma once
// What the control API shows and what people of the portal do.
#include "crm.hpp"

namespace sedlink::sim::b24 {

[[nodiscard]] json::object portal_state(const Portal& portal);
// {item, do: create|edit|move|delete|comment|complete|set, …}. Errors: text for whoever steers.
[[nodiscard]] Result<json::value> perform(Portal& portal, const json::object& act);

// The portal as it is before anybody did anything; then what the scenario says on top.
void seed(Portal& portal);
[[nodiscard]] Result<void> configure(Portal& portal, const json::object& settings);
// limits, events, quirks: may change while running.
[[nodiscard]] Result<void> configure_behaviour(Portal& portal, const json::object& settings);

// A small valid PDF that names its title; the same bytes for the same title.
[[nodiscard]] std::string sample_pdf(std::string_view title);

}  // namespace sedlink::sim::b24
