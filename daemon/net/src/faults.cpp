#include "faults.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/system/errc.hpp>
#include <utility>

namespace sedlink::net {

Error net_error(Fault fault, const char* code, std::string message) {
  Error error;
  error.fault = fault;
  error.audience = fault == Fault::defect ? Audience::developer : Audience::admin;
  error.code = code;
  error.message = std::move(message);
  return error;
}

std::string explain(const boost::system::error_code& error) {
  namespace errc = boost::system::errc;
  namespace aerr = boost::asio::error;
  if (error == aerr::eof) return "другая сторона закрыла соединение";
  if (error == boost::asio::ssl::error::stream_truncated) return "другая сторона оборвала защищённое соединение";
  if (error == errc::connection_refused) return "соединение отклонено";
  if (error == errc::connection_reset || error == errc::broken_pipe) return "соединение разорвано";
  if (error == errc::network_unreachable || error == errc::host_unreachable) return "нет маршрута до узла";
  if (error == errc::timed_out) return "истекло время ожидания";
  if (error == errc::address_in_use) return "адрес уже занят";
  if (error == errc::address_not_available) return "такого адреса нет на этой машине";
  if (error == errc::permission_denied || error == errc::operation_not_permitted) return "недостаточно прав";
  if (error == errc::no_such_file_or_directory) return "файл не найден";
  if (error == errc::too_many_files_open) return "исчерпан лимит открытых файлов";
  if (error == aerr::host_not_found || error == aerr::no_data) return "имя узла не найдено";
  if (error == aerr::host_not_found_try_again) return "сервер имён не отвечает";
  if (error.category() == aerr::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER)
    return "узел отвечает без TLS; проверьте адрес: здесь, похоже, нужен http://, а не https://, или другой порт";
  return error.message();
}

}  // namespace sedlink::net
