package org.mqttgateway;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.mqttgateway.testing.InProcessBrokerResource;

/** Where anybody may call, Quarkus' own authorization still holds: a resource that wants a role is closed. */
@QuarkusTest
@Tag("quarkus")
@WithTestResource(InProcessBrokerResource.class)
class AuthorizationTest {

    /** Exists in tests only. */
    @Path("/test/role")
    public static class RestrictedResource {

        @GET
        @RolesAllowed("operator")
        public String get() {
            return "for operators";
        }
    }

    @Test
    void aRoleIsWanted() {
        given().get("/test/role").then().statusCode(401);
        given().auth()
                .preemptive()
                .basic("any", "body")
                .get("/test/role")
                .then()
                .statusCode(401);
    }

    @Test
    void whatWantsNoRoleIsOpen() {
        given().contentType("application/json")
                .body("{\"topic\":\"a/b\",\"msg\":1}")
                .post("/publish")
                .then()
                .statusCode(200)
                .body("code", is(0));
    }
}
