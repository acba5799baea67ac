#pragma once
// The JSON files of the folder and the names of its documents' files. Pure.
// A reader answers nullopt for what is no such record: half of it, another shape, a member without which it means
// nothing.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sedlink/core/domain.hpp"

namespace sedlink::example_folder {

struct Marker {  // folder.json: made by hand, once
  Marker() = default;
  int format = 0;
  std::string name;
};
[[nodiscard]] std::optional<Marker> read_marker(std::string_view);

// people.json: [{"id", "name", "email"}]
[[nodiscard]] std::optional<std::vector<Person>> read_people(std::string_view);

struct Counterparty {  // counterparties/<key>.json
  Counterparty() = default;
  std::string id, name, inn, kpp;
};
[[nodiscard]] std::optional<Counterparty> read_counterparty(std::string_view);
[[nodiscard]] std::string write_counterparty(const Counterparty&);

struct Card {  // documents/<key>/card.json
  Card() = default;
  std::string key, source, title;
  struct Field {
    Field() = default;
    std::string name, text, id;  // id: of the person or counterparty a reference was resolved to
  };
  std::vector<Field> fields;
  bool deleted = false;  // set by people
};
[[nodiscard]] std::optional<Card> read_card(std::string_view);
[[nodiscard]] std::string write_card(const Card&);

struct Route {  // processes/<key>/process.json
  Route() = default;
  std::string key, document, kind, name, description;
  Person author;
  bool ours = true;  // the author is the integration user
  std::vector<Person> participants;
  std::optional<Duration> due;  // after the start
};
[[nodiscard]] std::optional<Route> read_route(std::string_view);
[[nodiscard]] std::string write_route(const Route&);

// Any other .json of a process: one thing that somebody did. Never changed, so nobody's change can be lost.
enum class Deed { start = 1, answer, again, accept, interrupt };
struct Fact {
  Fact() = default;
  Deed deed = Deed::answer;
  int round = 1;  // again: the one it opens
  std::string person, comment;
  Verdict verdict = Verdict::none;  // answers have one
  Time at{};                        // not in the text: when the file was written
};
[[nodiscard]] std::optional<Fact> read_fact(std::string_view);
[[nodiscard]] std::string write_fact(const Fact&);

// "Договор [1a2b3c4d5e6f7081 v2].pdf": the name people know, the file's id, its version. A file without the brackets
// was put there by people: its name is its id, and it has the one version.
struct StoredName {
  StoredName() = default;
  std::string name, id;
  int version = 1;
};
[[nodiscard]] StoredName read_stored_name(std::string_view);
[[nodiscard]] std::string write_stored_name(const StoredName&);
// What of a name survives in a file system.
[[nodiscard]] std::string storable(std::string_view name);

}  // namespace sedlink::example_folder
