#pragma once
// An XDTO value as a plain tree: what a request says and what an answer will say.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sedlink::sim::onec_docflow {

struct Member;

// Simple values keep their text; objects their members, repeated properties as repeated members. Members may stand in
// any order: the writer puts them into the order of the type table.
struct Xdto {
  std::string type;  // exact type ("DMFile", "xs:string"); empty in an answer = as the property declares
  std::string text;
  bool nil = false;
  std::vector<Member> members;

  Xdto() = default;
  explicit Xdto(std::string type_name) : type(std::move(type_name)) {}

  static Xdto simple(std::string value);
  static Xdto typed(std::string xs_type, std::string value);
  static Xdto nothing();  // xsi:nil

  [[nodiscard]] const Xdto* find(std::string_view name) const;
  [[nodiscard]] Xdto* find(std::string_view name);
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  // Text of a member; empty when absent or nil.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] bool is_true(std::string_view name) const;
  [[nodiscard]] std::vector<const Xdto*> all(std::string_view name) const;

  Xdto& add(std::string name, Xdto value);
  Xdto& add(std::string name, std::string value) { return add(std::move(name), simple(std::move(value))); }
  Xdto& add(std::string name, const char* value) { return add(std::move(name), simple(value)); }
  Xdto& add(std::string name, bool value) { return add(std::move(name), simple(value ? "true" : "false")); }
  // The way of edition 2.1: empty strings and false are left out of answers.
  void add_filled(std::string name, std::string value);
  void set(std::string name, Xdto value);  // replaces every member of that name
  void remove(std::string_view name);

  // objectID.id and objectID.type of a reference; empty when there is none.
  [[nodiscard]] std::string_view ref_id() const;
  [[nodiscard]] std::string_view ref_type() const;
};

struct Member {
  std::string name;
  Xdto value;
};

}  // namespace sedlink::sim::onec_docflow
