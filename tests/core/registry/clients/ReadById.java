/* SPDX-License-Identifier: Apache-2.0 */
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;

/** URL, a message in hex (0, id, Avro), perhaps a reader's schema: prints the value. */
public class ReadById {
  public static void main(String[] arguments) throws Exception {
    byte[] message = HexFormat.of().parseHex(arguments[1]);
    int id = ByteBuffer.wrap(message, 1, 4).getInt();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(arguments[0] + "/schemas/ids/" + id))
            .header("Accept", "application/vnd.schemaregistry.v1+json").build();
    String body =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    JsonNode answer = new ObjectMapper().readTree(body);
    Schema writer = new Schema.Parser().parse(answer.get("schema").asText());
    Schema reader =
        arguments.length > 2 ? new Schema.Parser().parse(arguments[2]) : writer;
    System.out.println(new GenericDatumReader<Object>(writer, reader).read(
        null, DecoderFactory.get().binaryDecoder(message, 5, message.length - 5, null)));
  }
}
