// Once and only once: what is asked for twice is there once, and what an answer that never came made is found by its
// key.
#include "contract/battery.hpp"

namespace sedlink::contract {
namespace {

TEST_P(Contract, a_document_is_created_once_by_its_key) {
  const std::string key = Contract::key();
  const DocumentDraft draft = stand().draft("Договор поставки 15");
  const DocumentRef first = must(edms().create_document(context(key), draft));
  const DocumentRef second = must(edms().create_document(context(key), draft));
  const DocumentRef after_restart = must(another()->create_document(context(key), draft));
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(first.id, after_restart.id);
  EXPECT_FALSE(first.type.empty());
  EXPECT_EQ(stand().tally().documents, 1u);
  const DocumentRef other = must(edms().create_document(context(Contract::key()), draft));
  EXPECT_NE(other.id, first.id) << "another key is another document, however alike";
  EXPECT_EQ(stand().tally().documents, 2u);
}

TEST_P(Contract, a_document_is_found_by_its_key_and_by_nothing_else) {
  const DocumentDraft draft = stand().draft("Договор поставки 15");
  const std::string key = Contract::key();
  EXPECT_FALSE(must(edms().find_document(context(key), draft)).has_value());
  const DocumentRef made = must(edms().create_document(context(key), draft));
  const auto found = must(edms().find_document(context(key), draft));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, made);
  EXPECT_FALSE(must(edms().find_document(context(Contract::key()), draft)).has_value());
}

TEST_P(Contract, a_process_runs_only_after_its_start_and_starts_once) {
  const DocumentRef about = document();
  const std::string key = Contract::key();
  const ProcessDraft draft = stand().route();
  EXPECT_FALSE(must(edms().find_process(context(key), about, draft)).has_value());
  const ProcessRef process = must(edms().prepare_process(context(key), about, draft));
  EXPECT_EQ(stand().tally().started, 0u);
  must(edms().start_process(context(key), process));
  must(edms().start_process(context(key), process));
  EXPECT_EQ(stand().tally().started, 1u);
  const auto found = must(another()->find_process(context(key), about, draft));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, process.id);
  EXPECT_EQ(found->document.id, about.id);
  EXPECT_FALSE(must(edms().find_process(context(Contract::key()), about, draft)).has_value())
      << "without our key it is a stranger's";
}

}  // namespace
}  // namespace sedlink::contract
