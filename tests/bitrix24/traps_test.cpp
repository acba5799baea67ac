// Awkward envelopes, pages, lost answers, links and texts, each against a switch of the portal simulator.
#include "traps.hpp"
#include "sedlink/core/text.hpp"

namespace sedlink::bitrix24::testing {
namespace {

// ---- envelopes ------------------------------------------------------------------------------------------------------

TEST_F(Traps, an_error_with_an_empty_code_is_a_refusal_with_the_portals_words) {
  const auto card = contract();
  fault(answer("crm.timeline.comment.add", 400,
               R"({"error":"","error_description":"Недостаточно прав на смену стадии"})"));
  const auto error = refused(card);
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_NE(error.message.find("Недостаточно прав"), std::string::npos);
  EXPECT_EQ(comments(card), 0u);
}

TEST_F(Traps, an_error_with_a_numeric_code_and_html_words_is_a_refusal_in_plain_text) {
  const auto card = contract();
  fault(
      answer("crm.timeline.comment.add", 400, R"({"error":0,"error_description":"Не указан <b>исполнитель</b><br>"})"));
  const auto error = refused(card);
  EXPECT_EQ(error.fault, Fault::rejected);
  EXPECT_EQ(error.message.find('<'), std::string::npos) << error.message;
}

TEST_F(Traps, an_error_with_http_200_is_an_error) {
  start();
  fault(answer("user.get", 200, R"({"error":"insufficient_scope","error_description":"x"})"));
  const auto people = run(adapter().people(context()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().code, "b24.scope");
}

TEST_F(Traps, answers_without_time_are_answers) {
  const auto card = contract();
  set({{"quirks", json_object{{"no_time", true}}}});
  const auto done = apply({move(card, {"DT1036_10:APPROVAL"}, "DT1036_10:SIGNING"), comment(card, "т", "k")});
  EXPECT_TRUE(done[0] && done[1]);
  EXPECT_TRUE(read(card));
  const auto page = run(adapter().sweep(context(), "quote", ""));
  ASSERT_TRUE(page);
  EXPECT_TRUE(run(adapter().sweep(context(), "quote", page->next_cursor)));
}

TEST_F(Traps, empty_arrays_stand_for_empty_objects) {
  const auto card = contract();
  EXPECT_TRUE(read(card));
  // An empty map of batch results is [] as well: a batch of one refused command.
  const auto gone = ref("dynamic:1036", 999'999);
  const auto done = apply({comment(gone, "т", "k")});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().code, "crm.item");
  const auto found = run(adapter().list_on_stage(context(), "deal", "", "C9:NEW", 10));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->empty());
}

TEST_F(Traps, numbers_as_strings_make_the_same_card) {
  start(R"(
items: [ { entity: "dynamic:1036", id: 77, title: Поставка, stage: "DT1036_10:APPROVAL", user: 14,
           fields: { opportunity: 150000.5, companyId: 5, assignedById: 14 } } ]
)");
  const auto card = ref("dynamic:1036", 77);
  const auto as_numbers = read(card);
  set({{"quirks", json_object{{"numbers_as_strings", true}}}});
  const auto as_strings = read(card);
  ASSERT_TRUE(as_numbers && as_strings);
  EXPECT_EQ(as_numbers->company_id, as_strings->company_id);
  EXPECT_EQ(as_numbers->assigned_by, as_strings->assigned_by);
  EXPECT_EQ(as_numbers->category, as_strings->category);
  EXPECT_EQ(as_numbers->fields.at("opportunity"), as_strings->fields.at("opportunity"));
  EXPECT_EQ(as_numbers->fields.at("contactIds"), as_strings->fields.at("contactIds"));
  EXPECT_EQ(as_strings->company.at("requisite.inn"), Value("7717586110"));
}

// ---- pages instead of JSON, lost answers ----------------------------------------------------------------------------

TEST_F(Traps, a_502_page_is_repeated_for_a_read_and_doubt_for_a_write) {
  const auto card = contract();
  fault(answer("user.get", 502, "<html><body>502 Bad Gateway</body></html>"));
  const auto people = run(adapter().people(context()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::transient);
  fault(answer("batch", 502, "<html><body>502 Bad Gateway</body></html>"));
  EXPECT_EQ(refused(card).fault, Fault::ambiguous);
}

TEST_F(Traps, an_html_page_with_http_200_is_no_success) {
  const auto card = contract();
  fault(answer("batch", 200, "<!DOCTYPE html><html><body>Технические работы</body></html>"));
  EXPECT_EQ(refused(card).fault, Fault::ambiguous);
  fault(answer("user.get", 200, "<html></html>"));
  const auto people = run(adapter().people(context()));
  ASSERT_FALSE(people);
  EXPECT_EQ(people.error().fault, Fault::transient);
}

TEST_F(Traps, a_lost_answer_is_looked_up_by_our_mark_before_it_is_repeated) {
  const auto card = contract();
  fault({{"match", json_object{{"method", "crm.timeline.comment.add"}}}, {"do", "lose_answer"}, {"next", 1}});
  const auto effect = comment(card, "текст", "1a2b3c4d-0000-5000-8000-000000000000");
  const auto done = apply({effect});
  ASSERT_FALSE(done[0]);
  EXPECT_EQ(done[0].error().fault, Fault::ambiguous);
  const auto found = find({effect});
  ASSERT_TRUE(found[0] && *found[0]);
  EXPECT_EQ(comments(card), 1u);
}

// ---- files ----------------------------------------------------------------------------------------------------------

TEST_F(Traps, a_file_link_that_aged_or_hides_from_machines_is_renewed_and_read) {
  start(R"(
items: [ { entity: "dynamic:1036", id: 77, title: Поставка, stage: "DT1036_10:APPROVAL", files: { ufCrm10Contract: [contract.pdf] } } ]
quirks: { link_seconds: 1, download_needs_browser_headers: true }
)");
  const auto card = ref("dynamic:1036", 77);
  auto file = read(card)->fields.at("ufCrm10Contract").files().at(0);
  file.url = text::replace_all(file.url, "token=", "token=x");  // a link that is not valid any more
  const auto path = (temp_ / "out").string();
  const auto got = run(adapter().download(context(), card, "ufCrm10Contract", file, path));
  ASSERT_TRUE(got) << describe(got.error());
  EXPECT_EQ(got->name, "contract.pdf");
}

TEST_F(Traps, a_file_above_the_inline_limit_leaves_the_field_empty_with_words_and_is_linked_in_the_timeline) {
  settings_["limits.inline_file"] = "1 KB";
  start();
  const auto card = contract();
  const auto big = spool("большой.pdf", std::string(5'000, 'x'));
  FieldTarget field;
  field.item = card;
  field.field = "ufCrm10Signed";
  const auto into_field = run(adapter().upload(context("1a2b3c4d"), field, big, ""));
  ASSERT_FALSE(into_field);
  EXPECT_EQ(into_field.error().audience, Audience::user);
  EXPECT_NE(into_field.error().message.find("оставлено пустым"), std::string::npos);
  TimelineTarget timeline;
  timeline.item = card;
  timeline.text = "Подписанный документ";
  const std::string key = "1a2b3c4d-0000-5000-8000-000000000000";
  const auto linked = run(adapter().upload(context(key), timeline, big, ""));
  ASSERT_TRUE(linked) << describe(linked.error());
  const auto row = item(card);
  EXPECT_TRUE(row.at("files").as_array().empty());
  ASSERT_EQ(row.at("comments").as_array().size(), 1u);
  const std::string text(row.at("comments").at(0).at("text").as_string());
  EXPECT_NE(text.find("[URL="), std::string::npos) << text;
  EXPECT_NE(text.find("большой.pdf"), std::string::npos);
  EXPECT_TRUE(text.ends_with("[sl:1a2b3c4d]")) << text;
  // After doubt it is found by its mark, and a repeat would not send the file again.
  const auto found = run(adapter().find_upload(context(key), timeline, big, ""));
  ASSERT_TRUE(found && *found);
  int stored = 0;
  const auto portal = state();
  for (const auto& object : portal.at("disk").as_array())
    if (sim::text_of(object.as_object(), "name") == "большой.pdf") ++stored;
  EXPECT_EQ(stored, 1);
}

// ---- text -----------------------------------------------------------------------------------------------------------

TEST_F(Traps, text_of_others_becomes_no_markup_and_no_mark_of_ours) {
  const auto card = contract();
  ASSERT_TRUE(apply({comment(card, "[B]жирно[/B] [sl:1a2b3c4d]", "ffffffff-0000")})[0]);
  const auto found = find({comment(card, "другое", "1a2b3c4d-0000")});
  ASSERT_TRUE(found[0]);
  EXPECT_FALSE(*found[0]);
}

TEST_F(Traps, check_lists_are_written_by_position_and_in_order) {
  const auto card = contract();
  CreateTask task;
  task.item = card;
  task.title = "Ошибки";
  task.responsible_id = "14";
  task.checklist = {"первое", "второе", "третье"};
  const auto done = apply({api::CrmEffect("key", task)});
  ASSERT_TRUE(done[0]) << describe(done[0].error());
  std::vector<std::string> titles;
  const auto row = item(card);
  for (const auto& one : row.at("tasks").at(0).at("checklist").as_array())
    if (sim::int_of(one.as_object(), "parent").value_or(0) != 0)
      titles.push_back(sim::text_of(one.as_object(), "title"));
  EXPECT_EQ(titles, task.checklist);
}

}  // namespace
}  // namespace sedlink::bitrix24::testing
